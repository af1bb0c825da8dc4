//! The sheets of lanes with a clock: written when they are asked for.

use super::{Fresh, Plan, Sheet};
use crate::clock::Hours;
use crate::instance::Node;

impl Sheet {
    pub(super) fn empty(end: Node) -> Sheet {
        Sheet { stops: vec![(end, 0.0)], moments: Vec::new(), late: Vec::new(), known: 0, then: 0.0 }
    }

    /// How many stops there are.
    #[inline]
    pub(super) fn count(&self) -> usize {
        self.stops.len() - 1
    }
}

impl Plan<'_> {
    /// Makes sure of a sheet's stops and legs.
    #[inline]
    pub(super) fn list(&mut self, lane: u16) {
        if self.fresh[lane as usize] == Fresh::Stale {
            self.write_list(lane);
        }
    }

    fn write_list(&mut self, lane: u16) {
        let (base, groups) = (self.instance.sites as u16, self.instance.groups.len());
        let limits = &self.instance.lanes[lane as usize];
        let sheet = &mut self.sheets[lane as usize];
        sheet.stops.clear();
        let (mut node, mut whole) = (self.lanes[lane as usize].first, 0.0);
        while node < base {
            let seat = &mut self.seats[node as usize * groups + limits.group as usize];
            seat.at = sheet.stops.len() as u16;
            sheet.stops.push((node, seat.to_prev));
            (node, whole) = (seat.next, seat.to_next);
        }
        sheet.stops.push((limits.end, whole));
        self.fresh[lane as usize] = Fresh::Listed;
    }

    /// Works out when each stop is, and what follows from it.
    pub(super) fn set_clock(&mut self, lane: u16, hours: Hours) {
        self.list(lane);
        let (instance, steady) = (self.instance, self.steady);
        let ratio = instance.ways.ratio;
        let limits = &instance.lanes[lane as usize];
        let Sheet { stops, moments, .. } = &mut self.sheets[lane as usize];
        let count = stops.len() - 1;
        let (mut moment, mut here, mut broken, mut hopes) = (hours.begin(), limits.base, false, 0.0);
        moments.resize(count, moment);
        for (&(node, leg), then) in stops.iter().zip(moments.iter_mut()) {
            let first = here == limits.base;
            let opening = instance.opening(node, limits.group);
            let drive = |when| if steady { (leg * ratio) as f64 } else { instance.drive(here, node, when) };
            match hours.visit(moment, first, drive, opening, instance.service[node as usize]) {
                Some(next) => {
                    hopes += opening.map_or(0.0, |opening| opening.hope(next, moment));
                    moment = next;
                }
                None => broken = true,
            }
            *then = moment;
            here = node;
        }
        let back = hours.home(moment, |when| instance.drive(here, limits.end, when));
        let state = &mut self.lanes[lane as usize];
        state.broken = count > 0 && (broken || back.is_none());
        state.overtime = if count == 0 { 0.0 } else { (back.unwrap_or(hours.latest) - hours.end).max(0.0) };
        state.wishes = moment.wishes;
        state.hopes = hopes;
        state.back = back.unwrap_or(f64::INFINITY);
        self.lanes[lane as usize].least_back = self.least_back(lane);
        self.fresh[lane as usize] = Fresh::Timed;
    }

    /// Makes sure how late the stops from one on may be, in a lane whose clock is set.
    #[inline]
    pub(super) fn complete(&mut self, lane: u16, from: usize, hours: Hours) {
        if self.fresh[lane as usize] != Fresh::Late {
            self.fresh[lane as usize] = Fresh::Late;
            let broken = self.lanes[lane as usize].broken || !self.instance.profile.is_empty();
            let sheet = &mut self.sheets[lane as usize];
            sheet.late.resize(sheet.moments.len(), 0.0);
            sheet.known = sheet.moments.len();
            sheet.then = match self.instance.plain_clock {
                true => hours.latest,
                false if broken => -1.0,
                false => f64::INFINITY,
            };
        }
        while self.sheets[lane as usize].known > from {
            if self.instance.plain_clock {
                self.note_latest(lane);
            } else {
                self.note_calm(lane, hours);
            }
        }
    }

    /// The latest arrival at the next stop, from the end, from which the rest can still be kept.
    fn note_latest(&mut self, lane: u16) {
        let instance = self.instance;
        let group = instance.lanes[lane as usize].group;
        let sheet = &mut self.sheets[lane as usize];
        let at = sheet.known - 1;
        let (node, next) = (sheet.stops[at].0, sheet.stops[at + 1].0);
        let service = instance.service[node as usize];
        let start = sheet.then - instance.minutes(node, next) - service;
        let late = match instance.opening(node, group) {
            Some(opening) if !opening.spans.is_empty() => opening
                .spans
                .iter()
                .rev()
                .find(|span| span.0 as f64 <= start)
                .map_or(f64::NEG_INFINITY, |span| start.min(span.1 as f64 - service)),
            _ => start,
        };
        sheet.late[at] = late;
        (sheet.known, sheet.then) = (at, late);
    }

    /// By how many minutes the next stop, from the end, may begin later while nothing but the rest of the day's clock
    /// moves along with it: no wish met or missed anew, no opening hour left, no waiting used up, the pause still there or
    /// still not.
    fn note_calm(&mut self, lane: u16, hours: Hours) {
        let instance = self.instance;
        let group = instance.lanes[lane as usize].group;
        let sheet = &mut self.sheets[lane as usize];
        let (at, count) = (sheet.known - 1, sheet.moments.len());
        let mut calm = sheet.then;
        sheet.late[at] = calm;
        let (node, moment) = (sheet.stops[at].0, sheet.moments[at]);
        let service = instance.service[node as usize];
        let start = moment.leave - service;
        if let Some(opening) = instance.opening(node, group) {
            // the pause may come to lie before this stop
            let start_then = if moment.paused { start } else { start + hours.pause_minutes };
            calm = calm.min(opening.calm(start, start_then, service));
        }
        if !sheet.moments[count - 1].paused {
            calm = calm.min(hours.pause - if at + 1 == count { start } else { moment.leave } - 1e-3);
        }
        (sheet.known, sheet.then) = (at, calm);
    }
}
