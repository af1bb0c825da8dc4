//! Changes, noted in a journal so that they can be taken back.

use super::{Fresh, Plan, Seat, Snapshot, Step};
use crate::instance::{Node, NONE, NO_PATTERN};

impl Plan<'_> {
    pub(super) fn keep(&mut self, lane: u16) {
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
            let limits = &self.instance.lanes[lane as usize];
            self.slack[lane as usize] = (limits.capacity - state.load, limits.room - self.work(&state));
            self.changing[lane as usize] = false;
        }
        self.changed.clear();
        self.workload = self.workload_before;
        self.fixed = self.fixed_before;
        self.lanes_cost = self.lanes_cost_before;
        (self.excess_load, self.excess_minutes) = self.excess_before;
    }

    pub(super) fn set_pattern(&mut self, node: Node, pattern: u32) {
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

    pub(super) fn link(&mut self, node: Node, group: u16, after: Node, lane: u16) {
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
        *self.seat_mut(node, group) = Seat { prev: after, next, lane, at: 0, to_prev, to_next };
        self.fresh[lane as usize] = Fresh::Stale;
        self.count_visit(node, group, true);
        let count = &mut self.present_count[node as usize];
        self.present[node as usize * self.most + *count as usize] = group;
        *count += 1;
    }

    pub(super) fn unlink(&mut self, node: Node, group: u16) -> (Node, u16) {
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
        self.fresh[lane as usize] = Fresh::Stale;
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
        self.open(lane);
        self.link(node, group, after, lane);
        let seat = *self.seat(node, group);
        let instance = self.instance;
        let state = &mut self.lanes[lane as usize];
        let whole = if state.count == 0 { 0.0 } else { instance.leg(seat.prev, seat.next) };
        let rise = (seat.to_prev as f64) + (seat.to_next as f64) - whole as f64;
        state.travel += rise;
        state.minutes += if instance.ways.proportional() {
            rise * instance.ways.ratio as f64
        } else {
            instance.minutes_rise(seat.prev, node, seat.next, state.count == 0)
        };
        state.service += self.instance.service[node as usize];
        state.load += self.instance.demand[node as usize];
        state.count += 1;
        self.close(lane);
        if instance.workload > 0.0 {
            let rep = instance.groups[group as usize].rep as usize;
            self.top[rep] = self.top[rep].max(self.group_work[group as usize]);
        }
        self.journal.push(Step::In { node, group });
    }

    pub fn remove(&mut self, node: Node, group: u16) {
        let seat = *self.seat(node, group);
        let lane = seat.lane;
        self.open(lane);
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
            state.minutes -= if self.instance.ways.proportional() {
                rise * self.instance.ways.ratio as f64
            } else {
                self.instance.minutes_rise(seat.prev, node, seat.next, false)
            };
            state.service -= self.instance.service[node as usize];
            state.load -= self.instance.demand[node as usize];
        }
        self.close(lane);
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
        self.count_anew();
        self.begin();
        self.weigh_work();
    }
}
