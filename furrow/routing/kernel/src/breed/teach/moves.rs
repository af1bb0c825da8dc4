//! Moves of one or two visits, and of the ends of routes, between a visit and one near it on the same day.

use super::{Teach, GRANULARITY};
use crate::instance::{Node, NONE};
use crate::rng::Rng;

impl Teach<'_> {
    pub(super) fn improve_routes(&mut self, rng: &mut Rng) {
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        let visits = self.n * self.instance.groups.len();
        order.extend((0..visits as u32).filter(|&stop| self.lane(stop) != NONE));
        rng.shuffle(&mut order);
        for turn in 0.. {
            let before = self.moves_made;
            for &stop in &order {
                self.improve_visit(stop, turn > 0);
            }
            if turn > 0 && self.moves_made == before && !self.improve_by_swaps() {
                break;
            }
        }
        self.order = order;
    }

    /// Tries all moves of a visit towards those near it.
    fn improve_visit(&mut self, u: u32, open: bool) {
        let instance = self.instance;
        let group = u as usize / self.n;
        let last = std::mem::replace(&mut self.tested[u as usize], self.moves_made);
        if self.changed[group] <= last {
            return;
        }
        let site = (u as usize % self.n) as Node;
        let row = instance.ways.out_of(site);
        for &other in instance.near[site as usize].iter().take(GRANULARITY) {
            if row.leg(other) as f64 > self.reach(u) {
                break;
            }
            let v = (group * self.n + other as usize) as u32;
            let lane = self.lane(v);
            if lane == NONE || self.unchanged(self.lane(u), lane, last) {
                continue;
            }
            if !self.try_moves(u, v) && self.is_base(self.prev(v)) {
                self.try_base(u, self.prev(v));
            }
        }
        if open {
            let lanes = &instance.groups[group].lanes;
            let empty = lanes.iter().find(|&&lane| self.routes[lane as usize].count == 0);
            if let Some(&lane) = empty {
                if !self.unchanged(self.lane(u), lane, last) {
                    self.try_base(u, self.start(lane));
                }
            }
        }
    }

    /// How near a visit must be to be worth a look: nearer than one of the present neighbors, or than fines that may go.
    #[inline]
    fn reach(&self, u: u32) -> f64 {
        self.leg(self.prev(u), u).max(self.leg(u, self.next(u))) + self.routes[self.lane(u) as usize].strain
    }

    fn unchanged(&self, a: u16, b: u16, last: u64) -> bool {
        self.routes[a as usize].changed.max(self.routes[b as usize].changed) <= last
    }

    fn try_moves(&mut self, u: u32, v: u32) -> bool {
        self.relocate(u, v)
            || self.relocate_two(u, v)
            || (u < v && self.exchange(u, v, false, false))
            || self.exchange(u, v, true, false)
            || (u < v && self.exchange(u, v, true, true))
            || if self.lane(u) == self.lane(v) {
                self.turn(u, v)
            } else {
                self.cross_turned(u, v) || self.cross(u, v)
            }
    }

    /// The moves that make sense after the base of a lane.
    fn try_base(&mut self, u: u32, v: u32) -> bool {
        self.relocate(u, v)
            || self.relocate_two(u, v)
            || (self.lane(u) != self.lane(v) && (self.cross_turned(u, v) || self.cross(u, v)))
    }

    /// Whether changes of drives in two lanes (the same twice: only their sum) are worth making.
    #[inline]
    fn pays(&self, a: u16, b: u16, drive: (f64, f64), load: (f64, f64), service: (f64, f64)) -> bool {
        let mut cost = drive.0 + drive.1;
        if a == b {
            cost += self.strain_rise(a, load.0 + load.1, cost, service.0 + service.1);
        } else {
            // taking something out saves no more than the fines of both
            if cost >= self.routes[a as usize].strain + self.routes[b as usize].strain {
                return false;
            }
            cost += self.strain_rise(a, load.0, drive.0, service.0);
            cost += self.strain_rise(b, load.1, drive.1, service.1);
        }
        cost < -self.better
    }

    fn done(&mut self, a: u16, b: u16) -> bool {
        self.moves_made += 1;
        self.count(a);
        if a != b {
            self.count(b);
        }
        true
    }

    /// The visit after another one, or after a base.
    fn relocate(&mut self, u: u32, v: u32) -> bool {
        let (before, x, y) = (self.prev(u), self.next(u), self.next(v));
        if u == y {
            return false;
        }
        let out = self.leg(before, x) - self.leg(before, u) - self.leg(u, x);
        let into = self.leg(v, u) + self.leg(u, y) - self.leg(v, y);
        let (a, b) = (self.lane(u), self.lane(v));
        let (load, service) = (self.demand(u), self.service(u));
        if !self.pays(a, b, (out, into), (-load, load), (-service, service)) {
            return false;
        }
        self.unlink(u);
        self.link(u, v);
        self.done(a, b)
    }

    /// The visit and the next one after another one, as they are or turned round.
    fn relocate_two(&mut self, u: u32, v: u32) -> bool {
        let (before, x, y) = (self.prev(u), self.next(u), self.next(v));
        if u == y || v == x || self.is_base(x) {
            return false;
        }
        let after = self.next(x);
        let pair = self.leg(u, x);
        let out = self.leg(before, after) - self.leg(before, u) - pair - self.leg(x, after);
        let straight = self.leg(v, u) + pair + self.leg(x, y) - self.leg(v, y);
        let turned = self.leg(v, x) + pair + self.leg(u, y) - self.leg(v, y);
        let (a, b) = (self.lane(u), self.lane(v));
        let load = self.demand(u) + self.demand(x);
        let service = self.service(u) + self.service(x);
        let into = straight.min(turned);
        if !self.pays(a, b, (out, into), (-load, load), (-service, service)) {
            return false;
        }
        self.unlink(u);
        self.unlink(x);
        let (first, second) = if straight <= turned { (u, x) } else { (x, u) };
        self.link(first, v);
        self.link(second, first);
        self.done(a, b)
    }

    /// One or two visits change places with one or two others.
    fn exchange(&mut self, u: u32, v: u32, two: bool, both: bool) -> bool {
        let (x, y) = (self.next(u), self.next(v));
        if self.prev(u) == v || u == y || (two && (self.is_base(x) || x == self.prev(v) || v == x)) {
            return false;
        }
        if both && (self.is_base(y) || y == self.prev(u)) {
            return false;
        }
        let (u_last, v_last) = (if two { x } else { u }, if both { y } else { v });
        let (u_before, v_before) = (self.prev(u), self.prev(v));
        let (u_after, v_after) = (self.next(u_last), self.next(v_last));
        if u_after == v || v_after == u {
            return false;
        }
        let out = self.leg(u_before, v) + self.leg(v_last, u_after)
            - self.leg(u_before, u)
            - self.leg(u_last, u_after);
        let into = self.leg(v_before, u) + self.leg(u_last, v_after)
            - self.leg(v_before, v)
            - self.leg(v_last, v_after);
        let inner = |first: u32, last: u32| if first == last { 0.0 } else { self.leg(first, last) };
        let more = inner(v, v_last) - inner(u, u_last);
        let sum = |part: &dyn Fn(u32) -> f64, first: u32, last: u32| {
            part(first) + if first == last { 0.0 } else { part(last) }
        };
        let load = sum(&|s| self.demand(s), v, v_last) - sum(&|s| self.demand(s), u, u_last);
        let service = sum(&|s| self.service(s), v, v_last) - sum(&|s| self.service(s), u, u_last);
        let (a, b) = (self.lane(u), self.lane(v));
        if !self.pays(a, b, (out + more, into - more), (load, -load), (service, -service)) {
            return false;
        }
        self.change_places((u, u_last, u_before), (v, v_last, v_before));
        self.done(a, b)
    }

    /// Each given as its first and last visit and the stop before them.
    fn change_places(&mut self, one: (u32, u32, u32), other: (u32, u32, u32)) {
        for (first, last, _) in [one, other] {
            self.unlink(first);
            if last != first {
                self.unlink(last);
            }
        }
        for ((first, last, _), (_, _, before)) in [(other, one), (one, other)] {
            self.link(first, before);
            if last != first {
                self.link(last, first);
            }
        }
    }

    /// The stretch between two visits of a lane turned round.
    fn turn(&mut self, u: u32, v: u32) -> bool {
        let (x, y) = (self.next(u), self.next(v));
        if self.stops[u as usize].at > self.stops[v as usize].at || x == v {
            return false;
        }
        let drive = self.leg(u, v) + self.leg(x, y) - self.leg(u, x) - self.leg(v, y);
        let lane = self.lane(u);
        if !self.pays(lane, lane, (drive, 0.0), (0.0, 0.0), (0.0, 0.0)) {
            return false;
        }
        let mut sequence = std::mem::take(&mut self.sequence);
        self.sequence_of(lane, &mut sequence);
        let (from, to) = (self.stops[x as usize].at as usize, self.stops[v as usize].at as usize);
        sequence[from - 1..to].reverse();
        self.moves_made += 1;
        self.set(lane, &sequence);
        self.sequence = sequence;
        true
    }

    /// Load and minutes up to a stop; none at a base.
    fn up_to(&self, stop: u32) -> (f64, f64) {
        if self.is_base(stop) {
            (0.0, 0.0)
        } else {
            (self.stops[stop as usize].load, self.stops[stop as usize].work)
        }
    }

    /// Two lanes change their ends.
    fn cross(&mut self, u: u32, v: u32) -> bool {
        let (x, y) = (self.next(u), self.next(v));
        let (a, b) = (self.lane(u), self.lane(v));
        let drive = self.leg(u, y) + self.leg(v, x) - self.leg(u, x) - self.leg(v, y);
        if drive >= self.routes[a as usize].strain + self.routes[b as usize].strain {
            return false;
        }
        let (route_a, route_b) = (self.routes[a as usize], self.routes[b as usize]);
        let ((load_u, work_u), (load_v, work_v)) = (self.up_to(u), self.up_to(v));
        let ratio = self.instance.ways.ratio as f64;
        let work_a = work_u + route_b.work - work_v + ratio * (self.leg(u, y) - self.leg(v, y));
        let work_b = work_v + route_a.work - work_u + ratio * (self.leg(v, x) - self.leg(u, x));
        let strain = self.strain(a, load_u + route_b.load - load_v, work_a)
            + self.strain(b, load_v + route_a.load - load_u, work_b)
            - route_a.strain
            - route_b.strain;
        if drive + strain >= -self.better {
            return false;
        }
        self.rejoin(u, v, false);
        true
    }

    /// The beginning of one lane with the beginning of another turned round, and so with their ends.
    fn cross_turned(&mut self, u: u32, v: u32) -> bool {
        let (x, y) = (self.next(u), self.next(v));
        let (a, b) = (self.lane(u), self.lane(v));
        let drive = self.leg(u, v) + self.leg(x, y) - self.leg(u, x) - self.leg(v, y);
        let (route_a, route_b) = (self.routes[a as usize], self.routes[b as usize]);
        if drive >= route_a.strain + route_b.strain {
            return false;
        }
        let ((load_u, work_u), (load_v, work_v)) = (self.up_to(u), self.up_to(v));
        let ratio = self.instance.ways.ratio as f64;
        let work_a = work_u + work_v + ratio * self.leg(u, v);
        let work_b = route_a.work + route_b.work - work_u - work_v
            + ratio * (self.leg(x, y) - self.leg(u, x) - self.leg(v, y));
        let strain = self.strain(a, load_u + load_v, work_a)
            + self.strain(b, route_a.load + route_b.load - load_u - load_v, work_b)
            - route_a.strain
            - route_b.strain;
        if drive + strain >= -self.better {
            return false;
        }
        self.rejoin(u, v, true);
        true
    }

    fn rejoin(&mut self, u: u32, v: u32, turned: bool) {
        let (a, b) = (self.lane(u), self.lane(v));
        let cut = |stop: u32| if self.is_base(stop) { 0 } else { self.stops[stop as usize].at as usize };
        let (cut_a, cut_b) = (cut(u), cut(v));
        let mut one = std::mem::take(&mut self.sequence);
        let mut other = std::mem::take(&mut self.other_sequence);
        self.sequence_of(a, &mut one);
        self.sequence_of(b, &mut other);
        let (end_a, mut end_b) = (one.split_off(cut_a), other.split_off(cut_b));
        if turned {
            one.extend(other.iter().rev());
            other.clear();
            other.extend(end_a.iter().rev());
            other.append(&mut end_b);
        } else {
            one.append(&mut end_b);
            other.extend(end_a);
        }
        self.moves_made += 1;
        self.set(a, &one);
        self.set(b, &other);
        (self.sequence, self.other_sequence) = (one, other);
    }
}
