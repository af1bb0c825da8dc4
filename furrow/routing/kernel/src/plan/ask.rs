//! What one more visit would cost in lanes with a clock.

use super::{least, Offer, Plan, Sheet, NO_OFFER};
use crate::clock::{Hours, Moment};
use crate::instance::{Node, NONE};
use crate::ways::Row;

impl Plan<'_> {
    /// The least that each wanted group can ask, from the shortest way round in its lanes: the clock is dear, and most
    /// groups need not be asked to know that another is cheaper.
    pub(super) fn price_days(&mut self, node: Node, wanted: &[u16]) {
        let instance = self.instance;
        let mut rises = std::mem::take(&mut self.rises);
        for &group in wanted {
            for &lane in &instance.groups[group as usize].lanes {
                if !self.patient {
                    self.settle_lane(lane);
                }
                if self.too_late(node, lane) || self.crowded(node, group) {
                    continue;
                }
                self.list(lane);
                self.write_rises(node, lane, &mut rises);
                let price = self.least_price(node, lane, &rises);
                if price < self.offers[group as usize].price {
                    self.offers[group as usize] = Offer { price, after: NONE, lane };
                    self.asked[group as usize] = false;
                }
            }
        }
        self.rises = rises;
    }

    /// Asks the lanes of a group where that was put off, those places first that have the shortest way round.
    pub fn ask(&mut self, node: Node, group: u16, mut blink: impl FnMut() -> bool) {
        if self.asked[group as usize] {
            return;
        }
        let instance = self.instance;
        self.offers[group as usize] = NO_OFFER;
        self.asked[group as usize] = true;
        let mut rises = std::mem::take(&mut self.rises);
        let mut opened = false;
        for &lane in &instance.groups[group as usize].lanes {
            let empty = self.lanes[lane as usize].count == 0;
            if (empty && opened) || self.too_late(node, lane) {
                continue;
            }
            opened |= empty && instance.soft;
            self.settle_lane(lane);
            self.write_rises(node, lane, &mut rises);
            self.price_places(node, group, lane, &mut rises, &mut blink);
        }
        self.rises = rises;
    }

    /// The least that a place can cost, nobody ever waiting and all later visits liking their new hours.
    fn least_price(&self, node: Node, lane: u16, rises: &[f32]) -> f32 {
        // which place it is tells something only where minutes do not follow from the cost; without it the least is found faster
        let (at, rise) = if self.instance.ways.proportional() {
            (0, rises.iter().fold(f32::INFINITY, |least, &rise| if rise < least { rise } else { least }))
        } else {
            least(rises.iter().copied()).unwrap_or((0, f32::INFINITY))
        };
        let Some(hours) = self.instance.lanes[lane as usize].hours else {
            return f32::INFINITY;
        };
        match self.least_overtime(node, lane, hours, rise, at) {
            Some(overtime) => {
                let here = self.before_place(lane, at);
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

    /// By how much a visit lengthens the way, at each place of a lane that is listed.
    #[inline(always)]
    fn write_rises(&self, node: Node, lane: u16, rises: &mut Vec<f32>) {
        let ways = &self.instance.ways;
        let base = self.instance.lanes[lane as usize].base;
        let sheet = &self.sheets[lane as usize];
        rises.clear();
        match (ways.out_of(node), ways.into_of(node)) {
            (Row::Kept(legs), _) if ways.symmetric() => {
                rises.extend(sheet.rises(base, |stop| (legs[stop as usize], legs[stop as usize])));
            }
            (out, into) => rises.extend(sheet.rises(base, |stop| (out.leg(stop), into.leg(stop)))),
        }
    }

    /// What stands before a place.
    #[inline]
    fn before_place(&self, lane: u16, at: usize) -> Node {
        match at {
            0 => self.instance.lanes[lane as usize].base,
            _ => self.sheets[lane as usize].stops[at - 1].0,
        }
    }

    /// Asks the clock for one place after the other, the shortest way first, until none can be cheaper.
    fn price_places(
        &mut self,
        node: Node,
        group: u16,
        lane: u16,
        rises: &mut [f32],
        blink: &mut impl FnMut() -> bool,
    ) {
        let hopes = self.lanes[lane as usize].hopes as f32;
        while let Some((at, rise)) = least(rises.iter().copied()) {
            rises[at] = f32::INFINITY;
            if rise >= self.offers[group as usize].price + hopes {
                return;
            }
            if !blink() && !self.ask_clock(node, group, lane, rise, at) {
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
        self.settle_lane(lane);
        for at in 0..=self.sheets[lane as usize].count() {
            self.consider_clock(node, group, lane, at, blink);
        }
    }

    /// A place in a lane whose clock is set; the clock is asked last, being dear.
    pub(super) fn consider_clock(
        &mut self,
        node: Node,
        group: u16,
        lane: u16,
        at: usize,
        blink: &mut impl FnMut() -> bool,
    ) {
        let instance = self.instance;
        let sheet = &self.sheets[lane as usize];
        let (here, (next, whole)) = (self.before_place(lane, at), sheet.stops[at]);
        let rise = instance.leg(here, node) + instance.leg(node, next) - whole;
        if rise < self.offers[group as usize].price && !blink() {
            self.ask_clock(node, group, lane, rise, at);
        }
    }

    /// The price of a place in a lane whose clock is set; false when that lane is too late for all places with a longer way.
    fn ask_clock(&mut self, node: Node, group: u16, lane: u16, rise: f32, at: usize) -> bool {
        let Some(hours) = self.instance.lanes[lane as usize].hours else {
            return false;
        };
        let known = self.offers[group as usize].price;
        let Some(overtime) = self.least_overtime(node, lane, hours, rise, at) else {
            return false;
        };
        let here = self.before_place(lane, at);
        let price = rise + self.strain(lane, node, rise, here);
        // later visits may like their new hour better, by no more than that costs now
        if price + overtime >= known + self.lanes[lane as usize].hopes as f32 {
            return true;
        }
        self.complete(lane, at, hours);
        if let Some(more) = self.delay(node, lane, at, hours) {
            let price = price + more as f32;
            if price < known {
                self.offers[group as usize] = Offer { price, after: here, lane };
            }
        }
        true
    }

    /// What a visit more adds to the overtime at least, nobody ever waiting; None when that is too late for the lane.
    #[inline(always)]
    fn least_overtime(&self, node: Node, lane: u16, hours: Hours, rise: f32, at: usize) -> Option<f32> {
        let instance = self.instance;
        let state = &self.lanes[lane as usize];
        let minutes = if instance.ways.proportional() {
            (rise * instance.ways.ratio) as f64
        } else {
            let (next, _) = self.sheets[lane as usize].stops[at];
            instance.minutes_rise(self.before_place(lane, at), node, next, state.count == 0)
        };
        let back = state.least_back + minutes + instance.service[node as usize];
        let limits = &instance.lanes[lane as usize];
        let more = limits.over * ((back - hours.end).max(0.0) - state.overtime).max(0.0);
        (back <= hours.latest + 1e-3).then_some(more as f32)
    }

    /// What the clock adds when `node` stands at a place; None when it cannot be kept.
    fn delay(&self, node: Node, lane: u16, at: usize, hours: Hours) -> Option<f64> {
        let (instance, steady) = (self.instance, self.steady);
        let limits = &instance.lanes[lane as usize];
        let sheet = &self.sheets[lane as usize];
        let (state, count) = (&self.lanes[lane as usize], sheet.count());
        let visit = |from: Moment, first: bool, here: Node, node: Node, leg: f32| {
            let drive = |when| match steady {
                true => (leg * instance.ways.ratio) as f64,
                false => instance.drive(here, node, when),
            };
            let opening = instance.opening(node, limits.group);
            hours.visit(from, first, drive, opening, instance.service[node as usize])
        };
        let from = if at == 0 { hours.begin() } else { sheet.moments[at - 1] };
        let here = self.before_place(lane, at);
        let mut moment = visit(from, at == 0, here, node, instance.leg(here, node))?;
        if instance.plain_clock && at < count {
            let arrive = moment.leave + instance.minutes(node, sheet.stops[at].0);
            return (arrive <= sheet.late[at] + 1e-6).then_some(0.0);
        }
        let mut back = None;
        let (mut here, mut leg) = (node, instance.leg(node, sheet.stops[at].0));
        for next in at..count {
            moment = visit(moment, false, here, sheet.stops[next].0, leg)?;
            let before = sheet.moments[next];
            let later = moment.leave - before.leave;
            if later >= 0.0 && later <= sheet.late[next] && moment.paused == before.paused {
                back = Some(state.back + later);
                moment.wishes += state.wishes - before.wishes;
                break;
            }
            (here, leg) = (sheet.stops[next].0, sheet.stops[next + 1].1);
        }
        let back = match back {
            Some(back) => (back <= hours.latest + 1e-6).then_some(back)?,
            None => hours.home(moment, |when| instance.drive(here, limits.end, when))?,
        };
        Some(limits.over * ((back - hours.end).max(0.0) - state.overtime) + moment.wishes - state.wishes)
    }
}

impl Sheet {
    /// By how much a visit lengthens the way at each place; `legs` tells those to a stop and back from it.
    #[inline(always)]
    fn rises<'s>(
        &'s self,
        base: Node,
        legs: impl Fn(Node) -> (f32, f32) + 's,
    ) -> impl Iterator<Item = f32> + 's {
        let (_, mut from) = legs(base);
        self.stops.iter().map(move |&(stop, whole)| {
            let (to, back) = legs(stop);
            std::mem::replace(&mut from, back) + to - whole
        })
    }
}
