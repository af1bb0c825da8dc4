//! Education of a plan: local search over its routes (`moves`, `swap`) and its patterns (`patterns`) until nothing helps.
//!
//! A visit is a *stop*, `group * sites + site`; behind these stand two more per lane, its base before the first visit and
//! after the last one. The way there costs the same as the way back, and the lanes of a group are alike.

mod moves;
mod patterns;
mod swap;

use super::spots::spots;
use crate::instance::{Instance, Node, NONE, NO_PATTERN};
use crate::plan::{Fines, Snapshot};
use crate::rng::Rng;

/// So many nearest sites are looked at for each visit.
const GRANULARITY: usize = 20;
/// What counts as better, in parts of a mean leg.
const BETTER: f64 = 1e-6;

#[derive(Clone, Copy)]
struct Stop {
    prev: u32,
    next: u32,
    /// Place in its lane, from 1 on.
    at: u32,
    lane: u16,
    place: Node,
    /// Load of the lane up to here, this visit included.
    load: f64,
    /// Minutes of the lane up to here, this visit included.
    work: f64,
}

#[derive(Clone, Copy, Default)]
struct Route {
    count: u32,
    load: f64,
    work: f64,
    /// What its broken limits cost.
    strain: f64,
    changed: u64,
    /// In which of 64 directions its visits lie, and those next to them.
    directions: u64,
}

pub struct Teach<'a> {
    instance: &'a Instance,
    n: usize,
    pub fines: Fines,
    stops: Vec<Stop>,
    routes: Vec<Route>,
    pub pattern: Vec<u32>,
    tested: Vec<u64>,
    /// The last move in each group.
    changed: Vec<u64>,
    /// When each pair of lanes was last looked at for exchanges: for the first lane of the pair.
    swapped: Vec<u64>,
    /// Direction of each site from the base as one of 64 bits, with those beside it.
    directions: Vec<u64>,
    moves_made: u64,
    better: f64,
    order: Vec<u32>,
    sequence: Vec<u32>,
    other_sequence: Vec<u32>,
    bests: [Vec<[swap::Place; 3]>; 2],
    offers: Vec<patterns::Offer>,
}

impl<'a> Teach<'a> {
    pub fn new(instance: &'a Instance, fines: Fines, mean_leg: f64) -> Teach<'a> {
        let n = instance.sites;
        let blank = Stop { prev: 0, next: 0, at: 0, lane: NONE, place: 0, load: 0.0, work: 0.0 };
        let mut stops = vec![blank; n * instance.groups.len() + 2 * instance.lanes.len()];
        for (i, stop) in stops.iter_mut().take(n * instance.groups.len()).enumerate() {
            stop.place = (i % n) as Node;
        }
        let mut teach = Teach {
            instance,
            n,
            fines,
            stops,
            routes: vec![Route::default(); instance.lanes.len()],
            pattern: vec![NO_PATTERN; n],
            tested: vec![0; n * instance.groups.len()],
            changed: vec![1; instance.groups.len()],
            swapped: vec![0; instance.lanes.len()],
            directions: spots(instance).into_iter().map(direction).collect(),
            moves_made: 0,
            better: BETTER * mean_leg,
            order: Vec::new(),
            sequence: Vec::new(),
            other_sequence: Vec::new(),
            bests: [Vec::new(), Vec::new()],
            offers: vec![patterns::Offer::default(); instance.groups.len()],
        };
        for (lane, limits) in instance.lanes.iter().enumerate() {
            for stop in [teach.start(lane as u16), teach.end(lane as u16)] {
                teach.stops[stop as usize].lane = lane as u16;
                teach.stops[stop as usize].place = limits.base;
            }
        }
        teach
    }

    /// Takes a plan over: patterns, and sites per lane in order.
    pub fn load(&mut self, pattern: &[u32], routes: &[Vec<Node>]) {
        for stop in &mut self.stops[..self.n * self.instance.groups.len()] {
            stop.lane = NONE;
        }
        self.pattern.copy_from_slice(pattern);
        for (lane, sites) in routes.iter().enumerate() {
            let group = self.instance.lanes[lane].group as usize;
            let mut sequence = std::mem::take(&mut self.sequence);
            sequence.clear();
            sequence.extend(sites.iter().map(|&site| (group * self.n + site as usize) as u32));
            self.set(lane as u16, &sequence);
            self.sequence = sequence;
        }
    }

    /// Local search until no move, no exchange and no other pattern makes the plan better.
    pub fn teach(&mut self, rng: &mut Rng) {
        self.moves_made = 1;
        self.tested.fill(0);
        self.swapped.fill(0);
        self.changed.fill(1);
        for route in &mut self.routes {
            route.changed = 1;
        }
        loop {
            self.improve_routes(rng);
            if !self.improve_patterns(rng) {
                return;
            }
        }
    }

    /// Counts all lanes anew, for other fines.
    pub fn count_all(&mut self) {
        for lane in 0..self.routes.len() {
            self.count(lane as u16);
        }
    }

    /// The plan with what it costs without fines, and the load and minutes that break limits.
    pub fn plan(&self) -> (Snapshot, f64, f64) {
        let instance = self.instance;
        let charge = |(site, &pattern): (usize, &u32)| match pattern {
            NO_PATTERN => instance.charge[site],
            p => instance.patterns[p as usize].cost as f64,
        };
        let mut cost: f64 = self.pattern.iter().enumerate().map(charge).sum();
        let (mut load, mut minutes) = (0.0, 0.0);
        let mut routes = Vec::with_capacity(self.routes.len());
        for (lane, route) in self.routes.iter().enumerate() {
            let limits = &instance.lanes[lane];
            load += (route.load - limits.capacity).max(0.0);
            minutes += (route.work - limits.most).max(0.0);
            cost += limits.over * (route.work - limits.room).max(0.0);
            let mut sites = Vec::with_capacity(route.count as usize);
            let mut here = self.start(lane as u16);
            while here != self.end(lane as u16) {
                let next = self.next(here);
                if route.count > 0 {
                    cost += self.leg(here, next);
                }
                if next != self.end(lane as u16) {
                    sites.push(self.place(next));
                }
                here = next;
            }
            routes.push(sites);
        }
        (Snapshot { pattern: self.pattern.clone(), routes, cost }, load, minutes)
    }

    fn start(&self, lane: u16) -> u32 {
        (self.n * self.instance.groups.len() + 2 * lane as usize) as u32
    }

    fn end(&self, lane: u16) -> u32 {
        self.start(lane) + 1
    }

    #[inline]
    fn is_base(&self, stop: u32) -> bool {
        stop as usize >= self.n * self.instance.groups.len()
    }

    #[inline]
    fn next(&self, stop: u32) -> u32 {
        self.stops[stop as usize].next
    }

    #[inline]
    fn prev(&self, stop: u32) -> u32 {
        self.stops[stop as usize].prev
    }

    #[inline]
    fn place(&self, stop: u32) -> Node {
        self.stops[stop as usize].place
    }

    #[inline]
    fn lane(&self, stop: u32) -> u16 {
        self.stops[stop as usize].lane
    }

    #[inline]
    fn leg(&self, a: u32, b: u32) -> f64 {
        self.instance.leg(self.place(a), self.place(b)) as f64
    }

    #[inline]
    fn demand(&self, stop: u32) -> f64 {
        self.instance.demand.get(self.place(stop) as usize).copied().unwrap_or(0.0)
    }

    #[inline]
    fn service(&self, stop: u32) -> f64 {
        self.instance.service.get(self.place(stop) as usize).copied().unwrap_or(0.0)
    }

    /// What the limits of a lane cost at such a load and so many minutes.
    #[inline]
    fn strain(&self, lane: u16, load: f64, work: f64) -> f64 {
        let limits = &self.instance.lanes[lane as usize];
        let mut strain = 0.0;
        if load > limits.capacity {
            strain += self.fines.load * (load - limits.capacity);
        }
        if work > limits.room {
            strain += limits.over * (work - limits.room);
            strain += self.fines.minutes * (work - limits.most).max(0.0);
        }
        strain
    }

    /// What changes when a lane's load, drives (as cost) and service grow by so much.
    #[inline]
    fn strain_rise(&self, lane: u16, load: f64, drive: f64, service: f64) -> f64 {
        let route = &self.routes[lane as usize];
        let work = route.work + drive * self.instance.ways.ratio as f64 + service;
        self.strain(lane, route.load + load, work) - route.strain
    }

    /// Makes these the stops of a lane.
    fn set(&mut self, lane: u16, sequence: &[u32]) {
        let mut before = self.start(lane);
        for &stop in sequence {
            self.stops[before as usize].next = stop;
            self.stops[stop as usize].prev = before;
            before = stop;
        }
        let end = self.end(lane);
        self.stops[before as usize].next = end;
        self.stops[end as usize].prev = before;
        self.count(lane);
    }

    fn unlink(&mut self, stop: u32) {
        let Stop { prev, next, .. } = self.stops[stop as usize];
        self.stops[prev as usize].next = next;
        self.stops[next as usize].prev = prev;
        self.stops[stop as usize].lane = NONE;
    }

    fn link(&mut self, stop: u32, after: u32) {
        let next = self.next(after);
        self.stops[after as usize].next = stop;
        self.stops[next as usize].prev = stop;
        self.stops[stop as usize].prev = after;
        self.stops[stop as usize].next = next;
        self.stops[stop as usize].lane = self.lane(after);
    }

    /// Counts a lane anew after a change.
    fn count(&mut self, lane: u16) {
        let ratio = self.instance.ways.ratio as f64;
        let (mut here, end) = (self.start(lane), self.end(lane));
        let (mut at, mut load, mut work, mut directions) = (0, 0.0, 0.0, 0);
        while here != end {
            let next = self.next(here);
            at += 1;
            work += self.leg(here, next) * ratio + self.service(next);
            load += self.demand(next);
            directions |= self.directions.get(self.place(next) as usize).unwrap_or(&0);
            let stop = &mut self.stops[next as usize];
            (stop.at, stop.load, stop.work, stop.lane) = (at, load, work, lane);
            here = next;
        }
        if at == 1 {
            work = 0.0;
        }
        let strain = self.strain(lane, load, work);
        self.changed[self.instance.lanes[lane as usize].group as usize] = self.moves_made;
        self.routes[lane as usize] =
            Route { count: at - 1, load, work, strain, changed: self.moves_made, directions };
    }

    fn sequence_of(&self, lane: u16, out: &mut Vec<u32>) {
        out.clear();
        let mut stop = self.next(self.start(lane));
        while !self.is_base(stop) {
            out.push(stop);
            stop = self.next(stop);
        }
    }
}

/// One of 64 directions as a bit, and the one on each side.
fn direction((x, y): (f64, f64)) -> u64 {
    let turn = (y.atan2(x) / std::f64::consts::TAU).rem_euclid(1.0);
    let bit = 1u64 << ((turn * 64.0) as u32).min(63);
    bit | bit.rotate_left(1) | bit.rotate_right(1)
}
