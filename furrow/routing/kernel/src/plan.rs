//! A plan while it is being changed: who stands where, what it costs, and how to take a change back.

use crate::clock::{Hours, Moment};
use crate::instance::{Instance, Node, NONE, NO_PATTERN};

/// A visit's place in its lane: its neighbors (a base at the ends) and the legs to them.
#[derive(Clone, Copy)]
struct Seat {
    prev: Node,
    next: Node,
    lane: u16,
    to_prev: f32,
    to_next: f32,
}

const EMPTY: Seat = Seat { prev: NONE, next: NONE, lane: NONE, to_prev: 0.0, to_next: 0.0 };

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
    /// What the hours of the visits cost.
    wishes: f64,
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
    moments: Vec<Moment>,
    /// Latest arrival per seat from which the rest of the lane can still be kept.
    late: Vec<f64>,
    group_work: Vec<f64>,
    group_count: Vec<u32>,
    class_count: Vec<u32>,
    /// Longest day per rep, at least an easy one; kept up while sites are put back.
    top: Vec<f64>,
    pub workload: f64,
    clocked: bool,
    grouped: bool,
}

/// Classes of sites that limits can count.
pub const CLASSES: usize = 32;
const IDLE: Moment = Moment { leave: 0.0, paused: false, wishes: 0.0 };
/// Excess minutes of a lane whose clock cannot be kept.
const BROKEN: f64 = 1e4;

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
                wishes: 0.0,
                broken: false,
                diameter: 0.0,
            })
            .collect();
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
            moments: if clocked { vec![IDLE; n * groups] } else { Vec::new() },
            late: if clocked { vec![0.0; n * groups] } else { Vec::new() },
            group_work: vec![0.0; groups],
            group_count: vec![0; groups],
            class_count: vec![0; groups * CLASSES],
            top: vec![instance.easy_day; instance.reps],
            workload: 0.0,
            clocked,
            grouped: instance.workload > 0.0
                || instance.groups.iter().any(|g| g.most_visits != u32::MAX || !g.class_limits.is_empty()),
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

    #[inline]
    fn work(&self, state: &LaneState) -> f64 {
        state.minutes + state.service
    }

    fn count_lane(&mut self, lane: u16, sign: f64) {
        let limits = &self.instance.lanes[lane as usize];
        let state = self.lanes[lane as usize];
        let work = self.work(&state);
        self.lanes_cost += sign
            * (state.travel
                + limits.over * state.overtime
                + state.wishes
                + self.instance.compactness * state.diameter as f64);
        self.excess_load += sign * (state.load - limits.capacity).max(0.0);
        self.excess_minutes += sign * (work - limits.most).max(0.0);
        if state.broken {
            self.excess_minutes += sign * BROKEN;
        }
        if self.grouped {
            self.group_work[limits.group as usize] += sign * work;
        }
    }

    /// Works out anew what does not follow from sums: the clock and the diameter.
    fn refresh(&mut self, lane: u16) {
        let instance = self.instance;
        let limits = &instance.lanes[lane as usize];
        let state = self.lanes[lane as usize];
        match limits.hours {
            Some(hours) => self.refresh_clock(lane, hours),
            None => {
                self.lanes[lane as usize].overtime = (self.work(&state) - limits.room).max(0.0);
            }
        }
        if instance.compactness > 0.0 {
            self.lanes[lane as usize].diameter = self.diameter(lane);
        }
    }

    fn refresh_clock(&mut self, lane: u16, hours: Hours) {
        let instance = self.instance;
        let base = instance.sites as u16;
        let groups = instance.groups.len();
        let limits = &instance.lanes[lane as usize];
        let group = limits.group;
        let (mut moment, mut here, mut broken) = (hours.begin(), limits.base, false);
        let mut node = self.lanes[lane as usize].first;
        while node < base {
            match hours.visit(moment, here, node, group, instance) {
                Some(next) => moment = next,
                None => broken = true,
            }
            self.moments[node as usize * groups + group as usize] = moment;
            here = node;
            node = self.seat(node, group).next;
        }
        let back = hours.home(moment, here, limits.end, instance);
        let empty = here >= base;
        let state = &mut self.lanes[lane as usize];
        state.broken = !empty && (broken || back.is_none());
        state.overtime = if empty { 0.0 } else { (back.unwrap_or(hours.latest) - hours.end).max(0.0) };
        state.wishes = moment.wishes;
        if !instance.plain_clock {
            return;
        }
        let (mut late, mut next, mut node) = (hours.latest, limits.end, here);
        while node < base {
            let start = late - instance.minutes(node, next) - instance.service[node as usize];
            late = match instance.opening(node, group) {
                Some(opening) if !opening.spans.is_empty() => opening
                    .spans
                    .iter()
                    .rev()
                    .find(|span| span.0 as f64 <= start)
                    .map_or(f64::NEG_INFINITY, |span| {
                        start.min(span.1 as f64 - instance.service[node as usize])
                    }),
                _ => start,
            };
            self.late[node as usize * groups + group as usize] = late;
            next = node;
            node = self.seat(node, group).prev;
        }
    }

    fn diameter(&self, lane: u16) -> f32 {
        let stops = self.stops(lane);
        let mut longest = 0.0f64;
        for (i, &a) in stops.iter().enumerate() {
            for &b in &stops[i + 1..] {
                longest = longest.max(self.instance.minutes(a, b)).max(self.instance.minutes(b, a));
            }
        }
        longest as f32
    }

    /// What the reps' longest days cost.
    pub fn weigh_work(&mut self) {
        let instance = self.instance;
        if instance.workload == 0.0 {
            return;
        }
        self.top.fill(instance.easy_day);
        for (group, &work) in instance.groups.iter().zip(&self.group_work) {
            let top = &mut self.top[group.rep as usize];
            *top = top.max(work);
        }
        self.workload = self.top.iter().map(|top| instance.workload * (top - instance.easy_day)).sum();
    }

    fn count_visit(&mut self, node: Node, group: u16, more: bool) {
        if !self.grouped {
            return;
        }
        let turn = |count: &mut u32| if more { *count += 1 } else { *count -= 1 };
        turn(&mut self.group_count[group as usize]);
        let mut classes = self.instance.classes[node as usize];
        while classes != 0 {
            let class = classes.trailing_zeros() as usize;
            turn(&mut self.class_count[group as usize * CLASSES + class]);
            classes &= classes - 1;
        }
    }

    /// Whether the group may take one more visit, of this site.
    fn crowded(&self, node: Node, group: u16) -> bool {
        let limits = &self.instance.groups[group as usize];
        let classes = self.instance.classes[node as usize];
        self.group_count[group as usize] >= limits.most_visits
            || limits.class_limits.iter().any(|&(class, most)| {
                classes >> class & 1 == 1
                    && self.class_count[group as usize * CLASSES + class as usize] >= most
            })
    }

    fn keep(&mut self, lane: u16) {
        if self.lane_stamp[lane as usize] != self.stamp {
            self.lane_stamp[lane as usize] = self.stamp;
            self.kept.push((lane, self.lanes[lane as usize]));
        }
    }

    /// Everything after this can be taken back with `undo`.
    pub fn begin(&mut self) {
        self.journal.clear();
        self.kept.clear();
        self.stamp += 1;
        self.fixed_before = self.fixed;
        self.lanes_cost_before = self.lanes_cost;
        self.excess_before = (self.excess_load, self.excess_minutes);
        self.workload_before = self.workload;
    }

    pub fn undo(&mut self) {
        while let Some(step) = self.journal.pop() {
            match step {
                Step::In { node, group } => {
                    self.unlink(node, group);
                }
                Step::Out { node, group, after, lane } => self.link(node, group, after, lane),
                Step::Pattern { node, before } => self.set_pattern(node, before),
            }
        }
        while let Some((lane, state)) = self.kept.pop() {
            if self.grouped {
                let now = self.work(&self.lanes[lane as usize]);
                let group = self.instance.lanes[lane as usize].group as usize;
                self.group_work[group] += self.work(&state) - now;
            }
            self.lanes[lane as usize] = state;
            if let Some(hours) = self.instance.lanes[lane as usize].hours {
                self.refresh_clock(lane, hours);
            }
        }
        self.workload = self.workload_before;
        self.fixed = self.fixed_before;
        self.lanes_cost = self.lanes_cost_before;
        (self.excess_load, self.excess_minutes) = self.excess_before;
    }

    fn set_pattern(&mut self, node: Node, pattern: u32) {
        let before = std::mem::replace(&mut self.pattern[node as usize], pattern);
        if before == NO_PATTERN && pattern != NO_PATTERN {
            self.absent.retain(|&other| other != node);
        } else if before != NO_PATTERN && pattern == NO_PATTERN {
            self.absent.push(node);
        }
    }

    pub fn choose(&mut self, node: Node, pattern: u32) {
        let before = self.pattern[node as usize];
        let price = |p: u32| match p {
            NO_PATTERN => self.instance.charge[node as usize],
            p => self.instance.patterns[p as usize].cost as f64,
        };
        self.fixed += price(pattern) - price(before);
        self.journal.push(Step::Pattern { node, before });
        self.set_pattern(node, pattern);
    }

    fn link(&mut self, node: Node, group: u16, after: Node, lane: u16) {
        let instance = self.instance;
        let base = instance.sites as u16;
        let state = &self.lanes[lane as usize];
        let next = if after >= base { state.first } else { self.seat(after, group).next };
        let to_prev = instance.leg(after, node);
        let to_next = instance.leg(node, next);
        if after >= base {
            self.lanes[lane as usize].first = node;
        } else {
            let seat = self.seat_mut(after, group);
            seat.next = node;
            seat.to_next = to_prev;
        }
        if next >= base {
            self.lanes[lane as usize].last = node;
        } else {
            let seat = self.seat_mut(next, group);
            seat.prev = node;
            seat.to_prev = to_next;
        }
        *self.seat_mut(node, group) = Seat { prev: after, next, lane, to_prev, to_next };
        self.count_visit(node, group, true);
        let count = &mut self.present_count[node as usize];
        self.present[node as usize * self.most + *count as usize] = group;
        *count += 1;
    }

    fn unlink(&mut self, node: Node, group: u16) -> (Node, u16) {
        let base = self.instance.sites as u16;
        let Seat { prev, next, lane, .. } = *self.seat(node, group);
        let leg = self.instance.leg(prev, next);
        if prev >= base {
            self.lanes[lane as usize].first = next;
        } else {
            let seat = self.seat_mut(prev, group);
            seat.next = next;
            seat.to_next = leg;
        }
        if next >= base {
            self.lanes[lane as usize].last = prev;
        } else {
            let seat = self.seat_mut(next, group);
            seat.prev = prev;
            seat.to_prev = leg;
        }
        self.seat_mut(node, group).lane = NONE;
        self.count_visit(node, group, false);
        let at = node as usize * self.most;
        let count = self.present_count[node as usize] as usize;
        let groups = &mut self.present[at..at + count];
        if let Some(place) = groups.iter().position(|&g| g == group) {
            groups[place] = groups[count - 1];
        }
        self.present_count[node as usize] -= 1;
        (prev, lane)
    }

    pub fn insert(&mut self, node: Node, group: u16, after: Node, lane: u16) {
        self.keep(lane);
        self.count_lane(lane, -1.0);
        self.link(node, group, after, lane);
        let seat = *self.seat(node, group);
        let instance = self.instance;
        let state = &mut self.lanes[lane as usize];
        let whole = if state.count == 0 { 0.0 } else { instance.leg(seat.prev, seat.next) };
        let rise = (seat.to_prev as f64) + (seat.to_next as f64) - whole as f64;
        state.travel += rise;
        state.minutes += if instance.minutes.is_empty() {
            rise * instance.ratio as f64
        } else {
            instance.minutes_rise(seat.prev, node, seat.next, state.count == 0)
        };
        state.service += self.instance.service[node as usize];
        state.load += self.instance.demand[node as usize];
        state.count += 1;
        self.refresh(lane);
        self.count_lane(lane, 1.0);
        if instance.workload > 0.0 {
            let rep = instance.groups[group as usize].rep as usize;
            self.top[rep] = self.top[rep].max(self.group_work[group as usize]);
        }
        self.journal.push(Step::In { node, group });
    }

    pub fn remove(&mut self, node: Node, group: u16) {
        let seat = *self.seat(node, group);
        let lane = seat.lane;
        self.keep(lane);
        self.count_lane(lane, -1.0);
        self.unlink(node, group);
        let state = &mut self.lanes[lane as usize];
        state.count -= 1;
        if state.count == 0 {
            state.travel = 0.0;
            state.minutes = 0.0;
            state.service = 0.0;
            state.load = 0.0;
        } else {
            let whole = self.instance.leg(seat.prev, seat.next);
            let rise = (seat.to_prev as f64) + (seat.to_next as f64) - whole as f64;
            state.travel -= rise;
            state.minutes -= if self.instance.minutes.is_empty() {
                rise * self.instance.ratio as f64
            } else {
                self.instance.minutes_rise(seat.prev, node, seat.next, false)
            };
            state.service -= self.instance.service[node as usize];
            state.load -= self.instance.demand[node as usize];
        }
        self.refresh(lane);
        self.count_lane(lane, 1.0);
        self.journal.push(Step::Out { node, group, after: seat.prev, lane });
    }

    /// Takes all visits of a site out.
    pub fn remove_site(&mut self, node: Node) {
        while let Some(&group) = self.groups_of(node).last() {
            self.remove(node, group);
        }
        if self.pattern[node as usize] != NO_PATTERN {
            self.choose(node, NO_PATTERN);
        }
    }

    /// What limits add to a visit that costs `rise` more driving. Infinite where a hard limit forbids it.
    #[inline]
    fn strain(&self, lane: u16, node: Node, rise: f32, after: Node) -> f32 {
        let instance = self.instance;
        let limits = &instance.lanes[lane as usize];
        let state = &self.lanes[lane as usize];
        let before = self.work(state);
        let minutes = if instance.minutes.is_empty() {
            (rise * instance.ratio) as f64
        } else {
            let next = self.next_after(after, lane);
            instance.minutes_rise(after, node, next, state.count == 0)
        };
        let work = before + minutes + instance.service[node as usize];
        let load = state.load + instance.demand[node as usize];
        let mut price = 0.0;
        if load > limits.capacity || work > limits.room {
            let more_load = (load - limits.capacity).max(0.0) - (state.load - limits.capacity).max(0.0);
            let more_work = (work - limits.most).max(0.0) - (before - limits.most).max(0.0);
            if !instance.soft && (more_load > 1e-9 || more_work > 1e-9) {
                return f32::INFINITY;
            }
            price += more_load * self.fines.load + more_work * self.fines.minutes;
            if limits.hours.is_none() {
                price += limits.over * ((work - limits.room).max(0.0) - state.overtime);
            }
        }
        if self.grouped {
            let group = limits.group as usize;
            if instance.workload > 0.0 {
                let top = self.top[instance.groups[group].rep as usize];
                price += instance.workload * (self.group_work[group] + work - before - top).max(0.0);
            }
        }
        if instance.compactness > 0.0 {
            price += instance.compactness * self.wider(lane, node);
        }
        price as f32
    }

    /// Minutes by which the lane's diameter grows with this site.
    fn wider(&self, lane: u16, node: Node) -> f64 {
        let instance = self.instance;
        let base = instance.sites as u16;
        let group = instance.lanes[lane as usize].group;
        let before = self.lanes[lane as usize].diameter as f64;
        let (mut longest, mut other) = (before, self.lanes[lane as usize].first);
        while other < base {
            longest = longest.max(instance.minutes(node, other)).max(instance.minutes(other, node));
            other = self.seat(other, group).next;
        }
        longest - before
    }

    fn next_after(&self, after: Node, lane: u16) -> Node {
        if after as usize >= self.instance.sites {
            self.lanes[lane as usize].first
        } else {
            self.seat(after, self.instance.lanes[lane as usize].group).next
        }
    }

    pub fn want_none(&mut self) {
        self.wanted_stamp += 1;
    }

    /// Asks `price` to look at this group.
    #[inline]
    pub fn want(&mut self, group: u16) {
        self.wanted[group as usize] = self.wanted_stamp;
        self.offers[group as usize] = NO_OFFER;
    }

    #[inline]
    pub fn offer(&self, group: u16) -> Offer {
        self.offers[group as usize]
    }

    /// Finds the cheapest place in every wanted group; `blink` says which to overlook.
    pub fn price(&mut self, node: Node, wanted: &[u16], mut blink: impl FnMut() -> bool) {
        let instance = self.instance;
        let out = instance.out_of(node);
        let into = instance.into_of(node);
        for &group in wanted {
            if self.grouped && self.crowded(node, group) {
                self.wanted[group as usize] = 0;
                continue;
            }
            let mut opened = false;
            for &lane in &instance.groups[group as usize].lanes {
                if let Some(hours) = instance.lanes[lane as usize].hours {
                    let empty = self.lanes[lane as usize].count == 0;
                    if !(empty && opened) {
                        opened |= empty && instance.soft;
                        self.price_clock(node, group, lane, hours, &mut blink);
                    }
                    continue;
                }
                let state = &self.lanes[lane as usize];
                let limits = &instance.lanes[lane as usize];
                if state.count == 0 {
                    if !opened {
                        opened = instance.soft;
                        let rise = into[limits.base as usize] + out[limits.end as usize];
                        self.consider(node, group, rise, limits.base, lane);
                    }
                    continue;
                }
                let (first, last) = (state.first, state.last);
                let head = into[limits.base as usize] + out[first as usize] - self.seat(first, group).to_prev;
                let tail = into[last as usize] + out[limits.end as usize] - self.seat(last, group).to_next;
                if !blink() {
                    self.consider(node, group, head, limits.base, lane);
                }
                if !blink() {
                    self.consider(node, group, tail, last, lane);
                }
            }
        }
        if self.clocked {
            return;
        }
        let stamp = self.wanted_stamp;
        let groups = instance.groups.len();
        for &other in &instance.near[node as usize] {
            let (to, from) = (into[other as usize], out[other as usize]);
            let at = other as usize * self.most;
            for i in at..at + self.present_count[other as usize] as usize {
                let group = self.present[i];
                if self.wanted[group as usize] != stamp {
                    continue;
                }
                let seat = self.seats[other as usize * groups + group as usize];
                let after = to + out[seat.next as usize] - seat.to_next;
                let before = into[seat.prev as usize] + from - seat.to_prev;
                let (rise, place) = if after <= before { (after, other) } else { (before, seat.prev) };
                if rise < self.offers[group as usize].price && !blink() {
                    self.consider(node, group, rise, place, seat.lane);
                }
            }
        }
    }

    #[inline]
    fn consider(&mut self, node: Node, group: u16, rise: f32, after: Node, lane: u16) {
        if rise < self.offers[group as usize].price {
            let price = rise + self.strain(lane, node, rise, after);
            if price < self.offers[group as usize].price {
                self.offers[group as usize] = Offer { price, after, lane };
            }
        }
    }

    /// Every place in a lane with a clock.
    fn price_clock(
        &mut self,
        node: Node,
        group: u16,
        lane: u16,
        hours: Hours,
        blink: &mut impl FnMut() -> bool,
    ) {
        let instance = self.instance;
        let base = instance.sites as u16;
        let groups = instance.groups.len();
        let limits = &instance.lanes[lane as usize];
        let (mut here, mut moment) = (limits.base, hours.begin());
        loop {
            let next = self.next_after(here, lane);
            let whole = if here >= base && next >= base { 0.0 } else { instance.leg(here, next) };
            let rise = instance.leg(here, node) + instance.leg(node, next) - whole;
            if rise < self.offers[group as usize].price && !blink() {
                if let Some(more) = self.delay(moment, here, node, next, lane, hours) {
                    let price = rise + more as f32 + self.strain(lane, node, rise, here);
                    if price < self.offers[group as usize].price {
                        self.offers[group as usize] = Offer { price, after: here, lane };
                    }
                }
            }
            if next >= base {
                return;
            }
            here = next;
            moment = self.moments[here as usize * groups + group as usize];
        }
    }

    /// What the clock adds when `node` stands between `here` and `next`; None when it cannot be kept.
    fn delay(
        &self,
        from: Moment,
        here: Node,
        node: Node,
        next: Node,
        lane: u16,
        hours: Hours,
    ) -> Option<f64> {
        let instance = self.instance;
        let base = instance.sites as u16;
        let limits = &instance.lanes[lane as usize];
        let group = limits.group;
        let mut moment = hours.visit(from, here, node, group, instance)?;
        if instance.plain_clock && next < base {
            let arrive = moment.leave + instance.minutes(node, next);
            let late = self.late[next as usize * instance.groups.len() + group as usize];
            return (arrive <= late + 1e-6).then_some(0.0);
        }
        let (mut here, mut next) = (node, next);
        while next < base {
            moment = hours.visit(moment, here, next, group, instance)?;
            here = next;
            next = self.seat(here, group).next;
        }
        let back = hours.home(moment, here, limits.end, instance)?;
        let state = &self.lanes[lane as usize];
        Some(limits.over * ((back - hours.end).max(0.0) - state.overtime) + moment.wishes - state.wishes)
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

    /// Makes this plan the one of a snapshot; costs are counted anew.
    pub fn restore(&mut self, snapshot: &Snapshot) {
        for node in 0..self.instance.sites as u16 {
            self.remove_site(node);
        }
        for (node, &pattern) in snapshot.pattern.iter().enumerate() {
            if pattern != NO_PATTERN {
                self.choose(node as u16, pattern);
            }
        }
        for (lane, stops) in snapshot.routes.iter().enumerate() {
            let limits = &self.instance.lanes[lane];
            let (mut after, group) = (limits.base, limits.group);
            for &node in stops {
                self.insert(node, group, after, lane as u16);
                after = node;
            }
        }
        self.begin();
        self.count_anew();
        self.weigh_work();
    }

    fn count_anew(&mut self) {
        self.lanes_cost = 0.0;
        self.excess_load = 0.0;
        self.excess_minutes = 0.0;
        self.group_work.fill(0.0);
        for lane in 0..self.lanes.len() {
            self.count_lane(lane as u16, 1.0);
        }
    }
}
