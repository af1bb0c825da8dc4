//! What drives cost and how long they take: kept for every pair of places, or measured between points when asked.
//!
//! A table is quicker but grows with the square of the places; points grow with their number.

use crate::instance::Node;

pub struct Ways {
    pub stride: usize,
    /// Cost of the drive from a to b at `a * stride + b`; empty where points tell it.
    pub out: Vec<f32>,
    /// The same, turned round: from a to b at `b * stride + a`. Empty when both ways cost the same.
    pub back: Vec<f32>,
    /// Minutes per unit of cost, where they are in proportion.
    pub ratio: f32,
    /// Minutes of each drive, laid out like `out`, where they are not in proportion to the cost.
    pub minutes: Vec<f32>,
    pub points: Option<Points>,
}

/// How many numbers tell how a drive follows from a distance.
pub const MEASURES: usize = 8;

/// Places in space and how a drive follows from the distance.
pub struct Points {
    /// Metres on a plane, or from the middle of the sphere.
    pub at: Vec<[f64; 3]>,
    /// Diameter of the sphere in metres; 0 on a plane.
    pub diameter: f64,
    pub detour: f64,
    /// Minutes a metre up to `far` metres, and beyond.
    pub pace: f64,
    pub far: f64,
    pub far_pace: f64,
    /// Minutes that every drive takes besides.
    pub park: f64,
    pub per_minute: f64,
    pub per_metre: f64,
}

impl Points {
    /// Metres and minutes of the drive; the same spot is 0.
    #[inline]
    fn measure(&self, a: Node, b: Node) -> (f64, f64) {
        let (a, b) = (&self.at[a as usize], &self.at[b as usize]);
        let chord = ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2) + (a[2] - b[2]).powi(2)).sqrt();
        if chord == 0.0 {
            return (0.0, 0.0);
        }
        let straight = match self.diameter {
            0.0 => chord,
            diameter => diameter * arc_sine((chord / diameter).min(1.0)),
        };
        let metres = straight * self.detour;
        let minutes = metres.min(self.far) * self.pace + (metres - self.far).max(0.0) * self.far_pace;
        (metres, minutes + self.park)
    }

    #[inline]
    fn cost(&self, a: Node, b: Node) -> f32 {
        let (metres, minutes) = self.measure(a, b);
        (self.per_minute * minutes + self.per_metre * metres) as f32
    }
}

/// The series suffices for a region of some hundred kilometres: it is wrong by less than 1e-15 there.
#[inline]
fn arc_sine(x: f64) -> f64 {
    if x > 0.01 {
        return x.asin();
    }
    let square = x * x;
    x * (1.0 + square * (1.0 / 6.0 + square * (3.0 / 40.0 + square * (15.0 / 336.0))))
}

/// The drives from one place, or those to it.
#[derive(Clone, Copy)]
pub enum Row<'a> {
    Kept(&'a [f32]),
    Measured(&'a Points, Node),
}

impl Row<'_> {
    #[inline]
    pub fn leg(self, other: Node) -> f32 {
        match self {
            Row::Kept(row) => row[other as usize],
            Row::Measured(points, node) => points.cost(node, other),
        }
    }
}

impl Ways {
    #[inline]
    fn row<'a>(&'a self, table: &'a [f32], node: Node) -> Row<'a> {
        match &self.points {
            Some(points) => Row::Measured(points, node),
            None => Row::Kept(&table[node as usize * self.stride..][..self.stride]),
        }
    }

    #[inline]
    pub fn out_of(&self, node: Node) -> Row<'_> {
        self.row(&self.out, node)
    }

    #[inline]
    pub fn into_of(&self, node: Node) -> Row<'_> {
        self.row(if self.symmetric() { &self.out } else { &self.back }, node)
    }

    #[inline]
    pub fn leg(&self, a: Node, b: Node) -> f32 {
        match &self.points {
            Some(points) => points.cost(a, b),
            None => self.out[a as usize * self.stride + b as usize],
        }
    }

    /// Whether each drive costs the same both ways.
    #[inline]
    pub fn symmetric(&self) -> bool {
        self.back.is_empty()
    }

    /// Whether the cost of a drive tells its minutes.
    #[inline]
    pub fn proportional(&self) -> bool {
        match &self.points {
            Some(points) => points.per_metre == 0.0,
            None => self.minutes.is_empty(),
        }
    }

    /// Minutes from a to b without regard to the hour.
    #[inline]
    pub fn minutes(&self, a: Node, b: Node) -> f64 {
        if self.proportional() {
            return (self.leg(a, b) * self.ratio) as f64;
        }
        match &self.points {
            Some(points) => points.measure(a, b).1,
            None => self.minutes[a as usize * self.stride + b as usize] as f64,
        }
    }

    /// The sites nearest to each, by the way there and back.
    pub fn near(&self, sites: usize, most: usize) -> Vec<Vec<Node>> {
        let mut others: Vec<(f32, Node)> = Vec::with_capacity(sites);
        let near_to = |site: Node| {
            others.clear();
            let rest = (0..sites as Node).filter(|&other| other != site);
            others.extend(rest.map(|other| (self.leg(site, other) + self.leg(other, site), other)));
            let order = |a: &(f32, Node), b: &(f32, Node)| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1));
            if others.len() > most {
                others.select_nth_unstable_by(most, order);
                others.truncate(most);
            }
            others.sort_by(order);
            others.iter().map(|&(_, other)| other).collect()
        };
        (0..sites as Node).map(near_to).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::arc_sine;

    #[test]
    fn the_series_meets_the_function() {
        for x in [1e-7, 1e-4, 0.003, 0.01, 0.02, 0.7, 1.0_f64] {
            assert!((arc_sine(x) - x.asin()).abs() < 1e-15, "{x}");
        }
    }
}
