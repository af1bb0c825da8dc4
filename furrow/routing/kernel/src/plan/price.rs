//! What one more visit would cost, for every group at once.

use super::{Offer, Plan, NO_OFFER};
use crate::instance::{Node, NONE};

impl Plan<'_> {
    /// What limits add to a visit that costs `rise` more driving. Infinite where a hard limit forbids it.
    #[inline(always)]
    pub(super) fn strain(&self, lane: u16, node: Node, rise: f32, after: Node) -> f32 {
        let instance = self.instance;
        if self.plain {
            let (load, work) = self.slack[lane as usize];
            let more = (rise * instance.ways.ratio) as f64 + instance.service[node as usize];
            if instance.demand[node as usize] <= load && more <= work {
                return 0.0;
            }
        }
        let limits = &instance.lanes[lane as usize];
        let state = &self.lanes[lane as usize];
        let before = self.work(state);
        let minutes = if instance.ways.proportional() {
            (rise * instance.ways.ratio) as f64
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
        self.asked[group as usize] = true;
    }

    #[inline]
    pub fn offer(&self, group: u16) -> Offer {
        self.offers[group as usize]
    }

    /// Finds the cheapest place in every wanted group; `blink` says which to overlook.
    pub fn price(&mut self, node: Node, wanted: &[u16], mut blink: impl FnMut() -> bool) {
        if self.clocked && !self.instance.plain_clock {
            return self.price_days(node, wanted);
        }
        for &group in wanted {
            if self.crowded(node, group) {
                self.wanted[group as usize] = 0;
            }
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
        let (out, into) = (instance.ways.out_of(node), instance.ways.into_of(node));
        let lane = self.lane_at(other, group);
        if self.clocked {
            self.settle_lane(lane);
            let at = self.seat(other, group).at as usize;
            self.consider_clock(node, group, lane, at + 1, blink);
            return self.consider_clock(node, group, lane, at, blink);
        }
        let seat = *self.seat(other, group);
        let after = into.leg(other) + out.leg(seat.next) - seat.to_next;
        let before = into.leg(seat.prev) + out.leg(other) - seat.to_prev;
        let (rise, place) = if after <= before { (after, other) } else { (before, seat.prev) };
        if rise < self.offers[group as usize].price && !blink() {
            self.consider(node, group, rise, place, lane);
        }
    }

    /// The ends of a group's lanes, one empty lane, and every place of lanes with a clock.
    #[inline]
    fn price_ends(&mut self, node: Node, group: u16, blink: &mut impl FnMut() -> bool) {
        let instance = self.instance;
        let out = instance.ways.out_of(node);
        let into = instance.ways.into_of(node);
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
                    let rise = into.leg(limits.base) + out.leg(limits.end);
                    self.consider(node, group, rise, limits.base, lane);
                }
                continue;
            }
            let (first, last) = (state.first, state.last);
            let head = into.leg(limits.base) + out.leg(first) - self.seat(first, group).to_prev;
            let tail = into.leg(last) + out.leg(limits.end) - self.seat(last, group).to_next;
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
}
