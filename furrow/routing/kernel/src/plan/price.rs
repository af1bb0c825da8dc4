//! What one more visit would cost, for every group at once.

use super::{Offer, Plan, NO_OFFER};
use crate::clock::{Hours, Moment};
use crate::instance::{Node, NONE};

/// A place: by how much a visit there lengthens the way, and what stands before and after it.
pub(super) type Way = (f32, Node, Node);

impl Plan<'_> {
    /// What limits add to a visit that costs `rise` more driving. Infinite where a hard limit forbids it.
    #[inline]
    fn strain(&self, lane: u16, node: Node, rise: f32, after: Node) -> f32 {
        let instance = self.instance;
        if self.plain {
            let (load, work) = self.slack[lane as usize];
            let more = (rise * instance.ratio) as f64 + instance.service[node as usize];
            if instance.demand[node as usize] <= load && more <= work {
                return 0.0;
            }
        }
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

    pub(super) fn next_after(&self, after: Node, lane: u16) -> Node {
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
        for &group in wanted {
            if self.grouped && self.crowded(node, group) {
                self.wanted[group as usize] = 0;
            }
        }
        if self.clocked && !self.instance.plain_clock {
            return self.price_days(node, wanted, &mut blink);
        }
        self.price_beside_neighbors(node, wanted, &mut blink);
        // the ends last: most are dearer than what was found by then
        for &group in wanted {
            if self.wanted[group as usize] == self.wanted_stamp {
                self.price_ends(node, group, &mut blink);
            }
        }
    }

    #[inline]
    fn price_beside_neighbors(&mut self, node: Node, wanted: &[u16], blink: &mut impl FnMut() -> bool) {
        let instance = self.instance;
        let stamp = self.wanted_stamp;
        if let &[group] = wanted {
            if self.wanted[group as usize] != stamp {
                return;
            }
            for &other in &instance.near[node as usize] {
                if self.lane_at(other, group) != NONE {
                    self.price_beside(node, other, group, blink);
                }
            }
            return;
        }
        for &other in &instance.near[node as usize] {
            let at = other as usize * self.most;
            for i in at..at + self.present_count[other as usize] as usize {
                let group = self.present[i];
                if self.wanted[group as usize] == stamp {
                    self.price_beside(node, other, group, blink);
                }
            }
        }
    }

    /// The places just before and just after a neighbor.
    #[inline(always)]
    fn price_beside(&mut self, node: Node, other: Node, group: u16, blink: &mut impl FnMut() -> bool) {
        let instance = self.instance;
        let (out, into) = (instance.out_of(node), instance.into_of(node));
        let seat = *self.seat(other, group);
        if self.clocked {
            self.consider_clock(node, group, seat.lane, other, seat.next, blink);
            return self.consider_clock(node, group, seat.lane, seat.prev, other, blink);
        }
        let after = into[other as usize] + out[seat.next as usize] - seat.to_next;
        let before = into[seat.prev as usize] + out[other as usize] - seat.to_prev;
        let (rise, place) = if after <= before { (after, other) } else { (before, seat.prev) };
        if rise < self.offers[group as usize].price && !blink() {
            self.consider(node, group, rise, place, seat.lane);
        }
    }

    /// The ends of a group's lanes, one empty lane, and every place of lanes with a clock.
    #[inline]
    fn price_ends(&mut self, node: Node, group: u16, blink: &mut impl FnMut() -> bool) {
        let instance = self.instance;
        let out = instance.out_of(node);
        let into = instance.into_of(node);
        let mut opened = false;
        for &lane in &instance.groups[group as usize].lanes {
            if instance.lanes[lane as usize].hours.is_some() {
                let empty = self.lanes[lane as usize].count == 0;
                if !(empty && opened) {
                    opened |= empty && instance.soft;
                    self.price_clock(node, group, lane, blink);
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
            if head < self.offers[group as usize].price && !blink() {
                self.consider(node, group, head, limits.base, lane);
            }
            if tail < self.offers[group as usize].price && !blink() {
                self.consider(node, group, tail, last, lane);
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

    /// All places of each lane, those with the shortest way round first: the clock is dear to ask, and of most lanes
    /// one answer is enough.
    fn price_days(&mut self, node: Node, wanted: &[u16], blink: &mut impl FnMut() -> bool) {
        let instance = self.instance;
        let mut places = std::mem::take(&mut self.places);
        for &group in wanted {
            if self.wanted[group as usize] != self.wanted_stamp {
                continue;
            }
            let mut opened = false;
            for &lane in &instance.groups[group as usize].lanes {
                let empty = self.lanes[lane as usize].count == 0;
                if (empty && opened) || self.too_late(node, lane) {
                    continue;
                }
                opened |= empty && instance.soft;
                let least = self.find_places(node, lane, &mut places);
                self.price_places(node, group, lane, least, &mut places, blink);
            }
        }
        self.places = places;
    }

    /// Whether a lane could not take the visit even if it lay on the way.
    #[inline]
    fn too_late(&self, node: Node, lane: u16) -> bool {
        let back = self.lanes[lane as usize].least_back + self.instance.service[node as usize];
        self.instance.lanes[lane as usize].hours.is_none_or(|hours| back > hours.latest + 1e-3)
    }

    /// The places of a lane and by how much a visit there lengthens the way; the number of the shortest.
    fn find_places(&self, node: Node, lane: u16, places: &mut Vec<Way>) -> usize {
        let instance = self.instance;
        let base = instance.sites as u16;
        let limits = &instance.lanes[lane as usize];
        let (out, into) = (instance.out_of(node), instance.into_of(node));
        let mut here = limits.base;
        let mut next = self.lanes[lane as usize].first;
        places.clear();
        let (mut least, mut at) = (f32::INFINITY, 0);
        while next < base {
            let seat = self.seat(next, limits.group);
            let rise = into[here as usize] + out[next as usize] - seat.to_prev;
            if rise < least {
                (least, at) = (rise, places.len());
            }
            places.push((rise, here, next));
            (here, next) = (next, seat.next);
        }
        let whole = if here < base { self.seat(here, limits.group).to_next } else { 0.0 };
        let rise = into[here as usize] + out[limits.end as usize] - whole;
        places.push((rise, here, limits.end));
        if rise < least {
            places.len() - 1
        } else {
            at
        }
    }

    /// Asks the clock for one place after the other, the shortest way first, until none can be cheaper.
    fn price_places(
        &mut self,
        node: Node,
        group: u16,
        lane: u16,
        mut least: usize,
        places: &mut Vec<Way>,
        blink: &mut impl FnMut() -> bool,
    ) {
        let hopes = self.lanes[lane as usize].hopes as f32;
        loop {
            let way = places.swap_remove(least);
            if way.0 >= self.offers[group as usize].price + hopes {
                return;
            }
            if !blink() && !self.ask_clock(node, group, lane, way) {
                return;
            }
            let mut shortest = f32::INFINITY;
            for (i, way) in places.iter().enumerate() {
                if way.0 < shortest {
                    (shortest, least) = (way.0, i);
                }
            }
            if shortest == f32::INFINITY {
                return;
            }
        }
    }

    /// Every place in a lane with a clock.
    fn price_clock(&mut self, node: Node, group: u16, lane: u16, blink: &mut impl FnMut() -> bool) {
        let base = self.instance.sites as u16;
        let mut here = self.instance.lanes[lane as usize].base;
        loop {
            let next = self.next_after(here, lane);
            self.consider_clock(node, group, lane, here, next, blink);
            if next >= base {
                return;
            }
            here = next;
        }
    }

    /// A place in a lane with a clock; the clock is asked last, being dear.
    fn consider_clock(
        &mut self,
        node: Node,
        group: u16,
        lane: u16,
        here: Node,
        next: Node,
        blink: &mut impl FnMut() -> bool,
    ) {
        let instance = self.instance;
        let base = instance.sites as u16;
        let whole = if here >= base && next >= base { 0.0 } else { instance.leg(here, next) };
        let rise = instance.leg(here, node) + instance.leg(node, next) - whole;
        if rise < self.offers[group as usize].price && !blink() {
            self.ask_clock(node, group, lane, (rise, here, next));
        }
    }

    /// The price of a place in a lane with a clock; false when that lane is too late for all places with a longer way.
    fn ask_clock(&mut self, node: Node, group: u16, lane: u16, (rise, here, next): Way) -> bool {
        let instance = self.instance;
        let base = instance.sites as u16;
        let Some(hours) = instance.lanes[lane as usize].hours else {
            return false;
        };
        let known = self.offers[group as usize].price;
        let Some(overtime) = self.least_overtime(node, lane, hours, (rise, here, next)) else {
            return false;
        };
        let price = rise + self.strain(lane, node, rise, here);
        // later visits may like their new hour better, by no more than that costs now
        if price + overtime >= known + self.lanes[lane as usize].hopes as f32 {
            return true;
        }
        let moment = if here >= base {
            hours.begin()
        } else {
            self.moments[here as usize * instance.groups.len() + group as usize]
        };
        if let Some(more) = self.delay(moment, here, node, next, lane, hours) {
            let price = price + more as f32;
            if price < known {
                self.offers[group as usize] = Offer { price, after: here, lane };
            }
        }
        true
    }

    /// What a visit more adds to the overtime at least, nobody ever waiting; None when that is too late for the lane.
    #[inline]
    fn least_overtime(&self, node: Node, lane: u16, hours: Hours, (rise, here, next): Way) -> Option<f32> {
        let instance = self.instance;
        let state = &self.lanes[lane as usize];
        let minutes = if instance.minutes.is_empty() {
            (rise * instance.ratio) as f64
        } else {
            instance.minutes_rise(here, node, next, state.count == 0)
        };
        let back = state.least_back + minutes + instance.service[node as usize];
        let limits = &instance.lanes[lane as usize];
        let more = limits.over * ((back - hours.end).max(0.0) - state.overtime).max(0.0);
        (back <= hours.latest + 1e-3).then_some(more as f32)
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
        let state = &self.lanes[lane as usize];
        let (mut here, mut next) = (node, next);
        let mut back = f64::NAN;
        while next < base {
            moment = hours.visit(moment, here, next, group, instance)?;
            let at = next as usize * instance.groups.len() + group as usize;
            let before = self.moments[at];
            let later = moment.leave - before.leave;
            if later >= 0.0 && later <= self.late[at] && moment.paused == before.paused {
                back = state.back + later;
                moment.wishes += state.wishes - before.wishes;
                break;
            }
            here = next;
            next = self.seat(here, group).next;
        }
        if back.is_nan() {
            back = hours.home(moment, here, limits.end, instance)?;
        } else if back > hours.latest + 1e-6 {
            return None;
        }
        Some(limits.over * ((back - hours.end).max(0.0) - state.overtime) + moment.wishes - state.wishes)
    }
}
