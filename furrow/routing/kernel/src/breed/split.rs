//! A day's sites in one long order, cut into routes at the least cost (Prins 2004), no more of them than lanes.

use crate::instance::{Instance, Node};
use crate::plan::Fines;

/// Routes may hold this many times their capacity.
const OVERLOAD: f64 = 1.5;

#[derive(Default)]
pub struct Split {
    cost: Vec<f64>,
    from: Vec<u32>,
}

impl Split {
    /// The routes of a group's lanes, filled from the first lane on.
    pub fn cut(&mut self, instance: &Instance, group: usize, order: &[Node], fines: Fines) -> Vec<Vec<Node>> {
        let lanes = instance.groups[group].lanes.len();
        let width = order.len() + 1;
        self.cost.clear();
        self.cost.resize((lanes + 1) * width, f64::INFINITY);
        self.from.clear();
        self.from.resize((lanes + 1) * width, u32::MAX);
        self.cost[0] = 0.0;
        for lane in 0..lanes {
            // the last lane takes all that is left
            let last = lane + 1 == lanes;
            for from in lane..width {
                if self.cost[lane * width + from].is_finite() {
                    self.fill(instance, group, order, (lane, from, last), fines);
                }
            }
        }
        let best = (0..=lanes).min_by(|&a, &b| {
            self.cost[a * width + order.len()].total_cmp(&self.cost[b * width + order.len()])
        });
        let (mut used, mut end) = (best.unwrap_or(lanes), order.len());
        let mut routes = vec![Vec::new(); lanes];
        while used > 0 {
            let from = self.from[used * width + end] as usize;
            routes[used - 1] = order[from..end].to_vec();
            (used, end) = (used - 1, from);
        }
        routes
    }

    /// All routes that begin with the visit `from`, as one lane more.
    fn fill(
        &mut self,
        instance: &Instance,
        group: usize,
        order: &[Node],
        (lane, from, last): (usize, usize, bool),
        fines: Fines,
    ) {
        let limits = &instance.lanes[instance.groups[group].lanes[0] as usize];
        let width = order.len() + 1;
        let known = self.cost[lane * width + from];
        let ratio = instance.ways.ratio as f64;
        let (mut load, mut drive, mut service, mut before) = (0.0, 0.0, 0.0, limits.base);
        for (i, &site) in order.iter().enumerate().skip(from) {
            load += instance.demand[site as usize];
            service += instance.service[site as usize];
            drive += instance.leg(before, site) as f64;
            before = site;
            if !last && i > from && load > OVERLOAD * limits.capacity {
                return;
            }
            let whole = drive + instance.leg(site, limits.base) as f64;
            let work = whole * ratio + service;
            let cost = known
                + whole
                + fines.load * (load - limits.capacity).max(0.0)
                + fines.minutes * (work - limits.most).max(0.0)
                + limits.over * (work - limits.room).max(0.0);
            let at = (lane + 1) * width + i + 1;
            if cost < self.cost[at] {
                self.cost[at] = cost;
                self.from[at] = from as u32;
            }
        }
    }
}
