//! A plan while it is being changed: who stands where, what it costs (`counts`), what a visit more would cost
//! (`price`, with a clock `ask`), and how to change it and take a change back (`steps`).

mod ask;
mod counts;
mod price;
mod sheet;
mod steps;

use crate::clock::Moment;
use crate::instance::{Instance, Node, NONE, NO_PATTERN};

/// A visit's place in its lane: its neighbors (a base at the ends) and the legs to them.
#[derive(Clone, Copy)]
struct Seat {
    prev: Node,
    next: Node,
    lane: u16,
    /// Its number in its lane, as of the lane's sheet.
    at: u16,
    to_prev: f32,
    to_next: f32,
}

const EMPTY: Seat = Seat { prev: NONE, next: NONE, lane: NONE, at: 0, to_prev: 0.0, to_next: 0.0 };

#[derive(Clone, Copy)]
pub struct LaneState {
    pub first: Node,
    pub last: Node,
    pub count: u32,
    pub travel: f64,
    pub service: f64,
    pub minutes: f64,
    pub load: f64,
    /// Minutes beyond the lane's room or, with a clock, after its end.
    overtime: f64,
    /// When the rep is back, with a clock.
    back: f64,
    /// When the rep would be back without waiting for anything, but with the pause where there is one.
    least_back: f64,
    /// What the hours of the visits cost.
    wishes: f64,
    /// The part of it that a later hour could save.
    hopes: f64,
    /// Whether the clock cannot be kept.
    broken: bool,
    /// Minutes of the longest drive between two stops.
    diameter: f32,
}

/// Where a visit could go in one group.
#[derive(Clone, Copy)]
pub struct Offer {
    pub price: f32,
    pub after: Node,
    pub lane: u16,
}

const NO_OFFER: Offer = Offer { price: f32::INFINITY, after: NONE, lane: NONE };

/// A lane with a clock as a row: its places and hours are worked out along it.
struct Sheet {
    /// The stops, and the lane's end behind them, with the leg to each; of an empty lane 0.
    stops: Vec<(Node, f32)>,
    moments: Vec<Moment>,
    /// Per stop, with a plain clock the latest arrival from which the rest of the lane can still be kept; else by how
    /// many minutes the stops after it may begin later without any of them noticing.
    late: Vec<f64>,
    /// The stop from which on `late` is known, and what it is before that as far as the later stops tell.
    known: usize,
    then: f64,
}

/// How much of a sheet is true: each includes those before.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Fresh {
    Stale,
    Listed,
    Timed,
    Late,
}

enum Step {
    In { node: Node, group: u16 },
    Out { node: Node, group: u16, after: Node, lane: u16 },
    Pattern { node: Node, before: u32 },
}

/// The adaptive price of breaking a limit, per unit of load and per minute.
#[derive(Clone, Copy)]
pub struct Fines {
    pub load: f64,
    pub minutes: f64,
}

#[derive(Clone)]
pub struct Snapshot {
    pub pattern: Vec<u32>,
    pub routes: Vec<Vec<Node>>,
    pub cost: f64,
}

pub struct Plan<'a> {
    pub instance: &'a Instance,
    seats: Vec<Seat>,
    /// Groups in which each site has a visit, `most` per site.
    present: Vec<u16>,
    present_count: Vec<u16>,
    most: usize,
    pub pattern: Vec<u32>,
    pub lanes: Vec<LaneState>,
    pub fines: Fines,
    /// Travel, overtime, patterns, charges: without fines.
    journal: Vec<Step>,
    kept: Vec<(u16, LaneState)>,
    lane_stamp: Vec<u32>,
    stamp: u32,
    offers: Vec<Offer>,
    wanted: Vec<u32>,
    wanted_stamp: u32,
    pub absent: Vec<Node>,
    pub fixed: f64,
    fixed_before: f64,
    lanes_cost: f64,
    lanes_cost_before: f64,
    pub excess_load: f64,
    pub excess_minutes: f64,
    excess_before: (f64, f64),
    workload_before: f64,
    /// Per lane with a clock, and how much of it is true.
    sheets: Vec<Sheet>,
    fresh: Vec<Fresh>,
    group_work: Vec<f64>,
    group_count: Vec<u32>,
    class_count: Vec<u32>,
    /// The limits of these counts, and per group which classes have reached theirs, as bits.
    class_most: Vec<u32>,
    full: Vec<u32>,
    /// Longest day per rep, at least an easy one; kept up while sites are put back.
    top: Vec<f64>,
    pub workload: f64,
    /// Load and minutes that each lane still takes at no extra price.
    slack: Vec<(f64, f64)>,
    /// Lanes whose clock has still to be set and counted, and whether each is one of them.
    changed: Vec<u16>,
    changing: Vec<bool>,
    /// Whether the clock of a changed lane can wait until it is asked: all it adds is the hour of some visits.
    patient: bool,
    /// Whether a group's offer is what its lanes answered, not only the least it can be.
    asked: Vec<bool>,
    rises: Vec<f32>,
    clocked: bool,
    /// Whether a drive takes what its cost tells, at any hour.
    steady: bool,
    grouped: bool,
    /// Whether nothing but load and minutes adds to the price of a place.
    plain: bool,
}

/// Classes of sites that limits can count.
pub const CLASSES: usize = 32;
/// Excess minutes of a lane whose clock cannot be kept.
const BROKEN: f64 = 1e4;

/// The classes of which no visit is allowed at all, as bits.
fn barred(limits: &[u32]) -> u32 {
    limits.iter().enumerate().fold(0, |full, (class, &most)| full | ((most == 0) as u32) << class)
}

/// The first of the least finite numbers, and its place.
#[inline]
pub fn least(numbers: impl Iterator<Item = f32>) -> Option<(usize, f32)> {
    let mut least = (None, f32::INFINITY);
    for (at, number) in numbers.enumerate() {
        if number < least.1 {
            least = (Some(at), number);
        }
    }
    least.0.map(|at| (at, least.1))
}

impl<'a> Plan<'a> {
    pub fn new(instance: &'a Instance, fines: Fines) -> Plan<'a> {
        let n = instance.sites;
        let most = instance.visits.iter().copied().max().unwrap_or(1).max(1) as usize;
        let groups = instance.groups.len();
        let clocked = instance.lanes.iter().any(|lane| lane.hours.is_some());
        let lanes = instance
            .lanes
            .iter()
            .map(|lane| LaneState {
                first: lane.end,
                last: lane.base,
                count: 0,
                travel: 0.0,
                service: 0.0,
                minutes: 0.0,
                load: 0.0,
                overtime: 0.0,
                back: 0.0,
                least_back: lane.hours.map_or(0.0, |hours| hours.start),
                wishes: 0.0,
                hopes: 0.0,
                broken: false,
                diameter: 0.0,
            })
            .collect();
        let grouped = instance.workload > 0.0
            || instance.groups.iter().any(|g| g.most_visits != u32::MAX || !g.class_limits.is_empty());
        let mut class_most = vec![u32::MAX; groups * CLASSES];
        for (group, limits) in instance.groups.iter().enumerate() {
            for &(class, most) in &limits.class_limits {
                let limit = &mut class_most[group * CLASSES + class as usize];
                *limit = most.min(*limit);
            }
        }
        Plan {
            instance,
            seats: vec![EMPTY; n * instance.groups.len()],
            present: vec![NONE; n * most],
            present_count: vec![0; n],
            most,
            pattern: vec![NO_PATTERN; n],
            lanes,
            fines,
            journal: Vec::new(),
            kept: Vec::new(),
            lane_stamp: vec![0; instance.lanes.len()],
            stamp: 1,
            offers: vec![NO_OFFER; instance.groups.len()],
            wanted: vec![0; instance.groups.len()],
            wanted_stamp: 0,
            absent: (0..n as u16).collect(),
            fixed: instance.charge.iter().sum(),
            fixed_before: 0.0,
            lanes_cost: 0.0,
            lanes_cost_before: 0.0,
            excess_load: 0.0,
            excess_minutes: 0.0,
            excess_before: (0.0, 0.0),
            workload_before: 0.0,
            sheets: instance.lanes.iter().filter(|_| clocked).map(|lane| Sheet::empty(lane.end)).collect(),
            fresh: vec![Fresh::Timed; instance.lanes.len()],
            group_work: vec![0.0; groups],
            group_count: vec![0; groups],
            class_count: vec![0; groups * CLASSES],
            full: (0..groups).map(|group| barred(&class_most[group * CLASSES..][..CLASSES])).collect(),
            class_most,
            top: vec![instance.easy_day; instance.reps],
            workload: 0.0,
            slack: instance.lanes.iter().map(|lane| (lane.capacity, lane.room)).collect(),
            changed: Vec::new(),
            changing: vec![false; instance.lanes.len()],
            patient: clocked && !instance.plain_clock && instance.compactness == 0.0 && instance.patient(),
            asked: vec![true; groups],
            rises: Vec::new(),
            clocked,
            steady: instance.ways.proportional() && instance.profile.is_empty(),
            plain: !grouped && instance.compactness == 0.0 && instance.ways.proportional(),
            grouped,
        }
    }

    #[inline]
    pub fn groups_of(&self, node: Node) -> &[u16] {
        let at = node as usize * self.most;
        &self.present[at..at + self.present_count[node as usize] as usize]
    }

    #[inline]
    fn seat(&self, node: Node, group: u16) -> &Seat {
        &self.seats[node as usize * self.instance.groups.len() + group as usize]
    }

    #[inline]
    fn seat_mut(&mut self, node: Node, group: u16) -> &mut Seat {
        &mut self.seats[node as usize * self.instance.groups.len() + group as usize]
    }

    #[inline]
    pub fn lane_at(&self, node: Node, group: u16) -> u16 {
        self.seat(node, group).lane
    }

    #[inline]
    pub fn next_of(&self, node: Node, group: u16) -> Node {
        self.seat(node, group).next
    }

    #[inline]
    pub fn prev_of(&self, node: Node, group: u16) -> Node {
        self.seat(node, group).prev
    }

    /// The plan's cost with its fines.
    #[inline]
    pub fn cost(&self) -> f64 {
        self.fixed
            + self.lanes_cost
            + self.workload
            + self.excess_load * self.fines.load
            + self.excess_minutes * self.fines.minutes
    }

    pub fn true_cost(&self) -> f64 {
        self.fixed + self.lanes_cost + self.workload
    }

    pub fn feasible(&self) -> bool {
        self.excess_load < 1e-6 && self.excess_minutes < 1e-6
    }

    pub fn stops(&self, lane: u16) -> Vec<Node> {
        let base = self.instance.sites as u16;
        let group = self.instance.lanes[lane as usize].group;
        let mut stops = Vec::with_capacity(self.lanes[lane as usize].count as usize);
        let mut node = self.lanes[lane as usize].first;
        while node < base {
            stops.push(node);
            node = self.seat(node, group).next;
        }
        stops
    }

    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            pattern: self.pattern.clone(),
            routes: (0..self.lanes.len()).map(|lane| self.stops(lane as u16)).collect(),
            cost: self.true_cost(),
        }
    }
}
