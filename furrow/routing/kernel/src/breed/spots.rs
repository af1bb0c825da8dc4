//! Where sites lie, as far as distances tell.

use crate::instance::{Instance, Node};

/// Coordinates from distances: the base is the origin, the site farthest from it lies on the axis, and the site farthest
/// off the axis tells the sides apart. Exact for distances in a plane, near enough for a town.
pub fn spots(instance: &Instance) -> Vec<(f64, f64)> {
    let Some(base) = instance.lanes.first().map(|lane| lane.base) else {
        return vec![(0.0, 0.0); instance.sites];
    };
    let sites = 0..instance.sites as Node;
    let far = |a: Node, b: Node| instance.leg(a, b) as f64;
    let axis = sites.clone().max_by(|&a, &b| far(base, a).total_cmp(&far(base, b))).unwrap_or(0);
    let length = far(base, axis).max(1e-9);
    let mut spots: Vec<(f64, f64)> = sites
        .clone()
        .map(|site| {
            let x = (far(base, site).powi(2) + length.powi(2) - far(axis, site).powi(2)) / (2.0 * length);
            (x, (far(base, site).powi(2) - x * x).max(0.0).sqrt())
        })
        .collect();
    let side = sites.max_by(|&a, &b| spots[a as usize].1.total_cmp(&spots[b as usize].1)).unwrap_or(0);
    let mark = spots[side as usize];
    for (site, spot) in spots.iter_mut().enumerate() {
        let away = |y: f64| ((spot.0 - mark.0).hypot(y - mark.1) - far(side, site as Node)).abs();
        if away(-spot.1) < away(spot.1) {
            spot.1 = -spot.1;
        }
    }
    spots
}
