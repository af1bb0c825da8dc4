//! What one more visit would cost in lanes with a clock.

use super::{Offer, Plan, NO_OFFER};
use crate::clock::{Hours, Moment};
use crate::instance::{Node, NONE};

/// A place: by how much a visit there lengthens the way, and what stands before and after it.
pub(super) type Way = (f32, Node, Node);

impl Plan<'_> {
    /// The least that each wanted group can ask, from the shortest way round in its lanes: the clock is dear, and most
    /// groups need not be asked to know that another is cheaper.
    pub(super) fn price_days(&mut self, node: Node, wanted: &[u16]) {
        let instance = self.instance;
        for &group in wanted {
            if self.wanted[group as usize] != self.wanted_stamp {
                continue;
            }
            for &lane in &instance.groups[group as usize].lanes {
                if !self.patient {
                    self.settle_lane(lane);
                }
                if self.too_late(node, lane) {
                    continue;
                }
                let mut least = (f32::INFINITY, NONE, NONE);
                self.each_place(node, lane, |way| {
                    if way.0 < least.0 {
                        least = way;
                    }
                });
                let price = self.least_price(node, lane, least);
                if price < self.offers[group as usize].price {
                    self.offers[group as usize] = Offer { price, after: NONE, lane };
                    self.asked[group as usize] = false;
                }
            }
        }
    }

    /// Asks the lanes of a group where that was put off, those places first that have the shortest way round.
    pub fn ask(&mut self, node: Node, group: u16, mut blink: impl FnMut() -> bool) {
        if self.asked[group as usize] {
            return;
        }
        let instance = self.instance;
        self.offers[group as usize] = NO_OFFER;
        self.asked[group as usize] = true;
        let mut places = std::mem::take(&mut self.places);
        let mut opened = false;
        for &lane in &instance.groups[group as usize].lanes {
            let empty = self.lanes[lane as usize].count == 0;
            if (empty && opened) || self.too_late(node, lane) {
                continue;
            }
            opened |= empty && instance.soft;
            self.settle_lane(lane);
            places.clear();
            self.each_place(node, lane, |way| places.push(way));
            self.price_places(node, group, lane, &mut places, &mut blink);
        }
        self.places = places;
    }

    /// The least that a place can cost, nobody ever waiting and all later visits liking their new hours.
    fn least_price(&self, node: Node, lane: u16, (rise, here, next): Way) -> f32 {
        let Some(hours) = self.instance.lanes[lane as usize].hours else {
            return f32::INFINITY;
        };
        match self.least_overtime(node, lane, hours, (rise, here, next)) {
            Some(overtime) => {
                rise + self.strain(lane, node, rise, here) + overtime - self.lanes[lane as usize].hopes as f32
            }
            None => f32::INFINITY,
        }
    }

    /// Whether a lane could not take the visit even if it lay on the way.
    #[inline]
    fn too_late(&self, node: Node, lane: u16) -> bool {
        let back = self.lanes[lane as usize].least_back + self.instance.service[node as usize];
        self.instance.lanes[lane as usize].hours.is_none_or(|hours| back > hours.latest + 1e-3)
    }

    /// Every place of a lane and by how much a visit there lengthens the way.
    #[inline]
    fn each_place(&self, node: Node, lane: u16, mut place: impl FnMut(Way)) {
        let instance = self.instance;
        let base = instance.sites as u16;
        let limits = &instance.lanes[lane as usize];
        let (out, into) = (instance.ways.out_of(node), instance.ways.into_of(node));
        let (mut here, mut next, mut whole) = (limits.base, self.lanes[lane as usize].first, 0.0);
        while next < base {
            let seat = self.seat(next, limits.group);
            place((into.leg(here) + out.leg(next) - seat.to_prev, here, next));
            (here, next, whole) = (next, seat.next, seat.to_next);
        }
        place((into.leg(here) + out.leg(limits.end) - whole, here, limits.end));
    }

    /// Asks the clock for one place after the other, the shortest way first, until none can be cheaper.
    fn price_places(
        &mut self,
        node: Node,
        group: u16,
        lane: u16,
        places: &mut Vec<Way>,
        blink: &mut impl FnMut() -> bool,
    ) {
        let hopes = self.lanes[lane as usize].hopes as f32;
        while let Some(least) = shortest(places) {
            let way = places.swap_remove(least);
            if way.0 >= self.offers[group as usize].price + hopes {
                return;
            }
            if !blink() && !self.ask_clock(node, group, lane, way) {
                return;
            }
        }
    }

    /// Every place in a lane with a clock.
    pub(super) fn price_clock(
        &mut self,
        node: Node,
        group: u16,
        lane: u16,
        blink: &mut impl FnMut() -> bool,
    ) {
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
    pub(super) fn consider_clock(
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
        self.settle_lane(lane);
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
        let minutes = if instance.ways.proportional() {
            (rise * instance.ways.ratio) as f64
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

/// Which of the places has the shortest way round.
#[inline]
fn shortest(places: &[Way]) -> Option<usize> {
    let mut least = (f32::INFINITY, None);
    for (i, way) in places.iter().enumerate() {
        if way.0 < least.0 {
            least = (way.0, Some(i));
        }
    }
    least.1
}
