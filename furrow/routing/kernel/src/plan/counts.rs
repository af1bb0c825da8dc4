//! What a plan costs, kept up lane by lane.

use super::{Fresh, LaneState, Plan, BROKEN, CLASSES};
use crate::instance::Node;

impl Plan<'_> {
    #[inline]
    pub(super) fn work(&self, state: &LaneState) -> f64 {
        state.minutes + state.service
    }

    /// What a lane costs as far as it follows from sums.
    fn count_sums(&mut self, lane: u16, sign: f64) {
        let limits = &self.instance.lanes[lane as usize];
        let state = self.lanes[lane as usize];
        let work = self.work(&state);
        self.slack[lane as usize] = (limits.capacity - state.load, limits.room - work);
        self.lanes_cost += sign * state.travel;
        self.excess_load += sign * (state.load - limits.capacity).max(0.0);
        self.excess_minutes += sign * (work - limits.most).max(0.0);
        if self.grouped {
            self.group_work[limits.group as usize] += sign * work;
        }
    }

    /// The rest of what a lane costs, as `refresh` works it out.
    fn count_rest(&mut self, lane: u16, sign: f64) {
        let limits = &self.instance.lanes[lane as usize];
        let state = &self.lanes[lane as usize];
        self.lanes_cost += sign
            * (limits.over * state.overtime
                + state.wishes
                + self.instance.compactness * state.diameter as f64);
        if state.broken {
            self.excess_minutes += sign * BROKEN;
        }
    }

    /// Before a lane changes.
    pub(super) fn open(&mut self, lane: u16) {
        self.keep(lane);
        self.count_sums(lane, -1.0);
        if !self.changing[lane as usize] {
            self.count_rest(lane, -1.0);
            self.changing[lane as usize] = true;
            self.changed.push(lane);
        }
    }

    /// After a change that `open` announced. A clock that nobody asks yet is not set anew before it has to be.
    pub(super) fn close(&mut self, lane: u16) {
        self.count_sums(lane, 1.0);
        if self.patient {
            self.lanes[lane as usize].least_back = self.least_back(lane);
        } else {
            self.settle_lane(lane);
        }
    }

    /// Whether the plan's cost is below a limit, counting what was put off only until that is sure: false then, and the
    /// change has to be undone.
    pub fn settled_below(&mut self, limit: f64) -> bool {
        self.weigh_work();
        while let Some(lane) = self.changed.pop() {
            self.settle_lane(lane);
            if self.patient && self.cost() >= limit {
                return false;
            }
        }
        self.cost() < limit
    }

    /// Counts all that was put off.
    pub fn settle(&mut self) {
        self.weigh_work();
        while let Some(lane) = self.changed.pop() {
            self.settle_lane(lane);
        }
    }

    /// Sets the clock of a lane anew where it is behind.
    pub(super) fn settle_lane(&mut self, lane: u16) {
        if self.changing[lane as usize] {
            self.refresh(lane);
            self.count_rest(lane, 1.0);
            self.changing[lane as usize] = false;
        } else if self.clocked && self.fresh[lane as usize] < Fresh::Timed {
            self.refresh(lane);
        }
    }

    /// When the rep would be back without waiting for anything, but with the pause where there must be one.
    pub(super) fn least_back(&self, lane: u16) -> f64 {
        let instance = self.instance;
        let limits = &instance.lanes[lane as usize];
        let state = &self.lanes[lane as usize];
        let Some(hours) = limits.hours else {
            return f64::NEG_INFINITY;
        };
        if !instance.profile.is_empty() {
            // drives that depend on the hour may become shorter
            return f64::NEG_INFINITY;
        }
        let back = hours.start + state.minutes + state.service;
        if state.count == 0 {
            return back;
        }
        let last = state.last;
        let begin = back - instance.minutes(last, limits.end) - instance.service[last as usize];
        back + if begin >= hours.pause { hours.pause_minutes } else { 0.0 }
    }

    /// Works out anew what does not follow from sums: the clock and the diameter.
    fn refresh(&mut self, lane: u16) {
        let instance = self.instance;
        let limits = &instance.lanes[lane as usize];
        let state = self.lanes[lane as usize];
        match limits.hours {
            Some(hours) => self.set_clock(lane, hours),
            None => {
                self.lanes[lane as usize].overtime = (self.work(&state) - limits.room).max(0.0);
            }
        }
        if instance.compactness > 0.0 {
            self.lanes[lane as usize].diameter = self.diameter(lane);
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

    pub(super) fn count_visit(&mut self, node: Node, group: u16, more: bool) {
        if !self.grouped {
            return;
        }
        let turn = |count: &mut u32| if more { *count += 1 } else { *count -= 1 };
        turn(&mut self.group_count[group as usize]);
        let mut classes = self.instance.classes[node as usize];
        while classes != 0 {
            let class = classes.trailing_zeros() as usize;
            let count = &mut self.class_count[group as usize * CLASSES + class];
            turn(count);
            let full = (*count >= self.class_most[group as usize * CLASSES + class]) as u32;
            self.full[group as usize] = self.full[group as usize] & !(1 << class) | full << class;
            classes &= classes - 1;
        }
    }

    /// Whether limits keep the group from taking one more visit, of this site.
    #[inline]
    pub(super) fn crowded(&self, node: Node, group: u16) -> bool {
        self.grouped
            && (self.full[group as usize] & self.instance.classes[node as usize] != 0
                || self.group_count[group as usize] >= self.instance.groups[group as usize].most_visits)
    }

    pub(super) fn count_anew(&mut self) {
        self.settle();
        self.lanes_cost = 0.0;
        self.excess_load = 0.0;
        self.excess_minutes = 0.0;
        self.group_work.fill(0.0);
        for lane in 0..self.lanes.len() as u16 {
            self.count_sums(lane, 1.0);
            self.count_rest(lane, 1.0);
        }
    }
}
