//! Ruin and recreate under simulated annealing.
//!
//! After Christiaens and Vanden Berghe (2020), "Slack induction by string removals", generalized to periodic
//! problems: strings of one group go back to their days, or all visits of the sites hit choose a pattern anew.

use crate::instance::{Instance, Node, NO_PATTERN};
use crate::plan::{Fines, Plan, Snapshot};
use crate::rng::Rng;

#[derive(Clone, Copy)]
pub struct Tuning {
    pub mean_removed: f64,
    pub longest_string: f64,
    pub day_only: f64,
    pub swap: f64,
    pub hot: f64,
    pub cold: f64,
    pub blink: f64,
    pub area: f64,
    pub legs: f64,
    pub warm: f64,
    pub share: f64,
    pub elites: f64,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            mean_removed: 10.0,
            longest_string: 10.0,
            day_only: 0.5,
            swap: 0.0,
            hot: 2.0,
            cold: 0.01,
            blink: 0.01,
            area: 20.0,
            legs: 1.0,
            warm: 0.3,
            share: 0.5,
            elites: 1.0,
        }
    }
}

/// How many numbers `Tuning::with` takes.
pub const TUNABLE: usize = 12;

impl Tuning {
    /// With other values, in the order of the fields; NaN keeps one as it is.
    pub fn with(mut self, values: &[f64]) -> Tuning {
        let fields: [&mut f64; TUNABLE] = [
            &mut self.mean_removed,
            &mut self.longest_string,
            &mut self.day_only,
            &mut self.swap,
            &mut self.hot,
            &mut self.cold,
            &mut self.blink,
            &mut self.area,
            &mut self.legs,
            &mut self.warm,
            &mut self.share,
            &mut self.elites,
        ];
        for (field, &value) in fields.into_iter().zip(values) {
            if !value.is_nan() {
                *field = value;
            }
        }
        self
    }
}

/// Iterations between two looks at the clock.
pub const LOOK: u64 = 200;

pub struct Search<'a> {
    pub plan: Plan<'a>,
    pub rng: Rng,
    pub tuning: Tuning,
    pub best: Snapshot,
    pub iterations: u64,
    lane_hit: Vec<u64>,
    site_hit: Vec<u64>,
    mark: u64,
    whole: Vec<Node>,
    /// The pattern a site must take when it is put back.
    forced: Vec<u32>,
    single: Vec<(Node, u16)>,
    wanted: Vec<u16>,
    tasks: Vec<(f32, Node, u16)>,
    until_blink: u32,
    kept_limits: (u32, u32),
    mean_leg: f64,
}

/// Iterations until the budget should be looked at again: never past its end where it counts iterations.
fn until_next_look(done: u64, used: f64) -> u64 {
    let left = done as f64 * (1.0 - used) / used.max(1e-12);
    (left.round() as u64).clamp(1, LOOK)
}

/// A leg as good routes have them: to one of the nearest sites.
fn mean_leg(instance: &Instance) -> f64 {
    let legs: f64 = (0..instance.sites)
        .flat_map(|site| instance.near[site].iter().take(3).map(move |&other| (site as u16, other)))
        .map(|(site, other)| instance.leg(site, other) as f64)
        .sum();
    (legs / (3 * instance.sites).max(1) as f64).max(1e-9)
}

const ALL: u16 = u16::MAX;

impl<'a> Search<'a> {
    pub fn new(instance: &'a Instance, seed: u64, tuning: Tuning) -> Search<'a> {
        let demand: f64 = instance.demand.iter().sum::<f64>() / instance.sites.max(1) as f64;
        let mean_leg = mean_leg(instance);
        let fines = Fines { load: mean_leg / demand.max(1e-9), minutes: 1.0 };
        let plan = Plan::new(instance, fines);
        let best = plan.snapshot();
        let mut search = Search {
            plan,
            rng: Rng::new(seed),
            tuning,
            best,
            iterations: 0,
            lane_hit: vec![0; instance.lanes.len()],
            site_hit: vec![0; instance.sites],
            mark: 0,
            whole: Vec::new(),
            forced: vec![NO_PATTERN; instance.sites],
            single: Vec::new(),
            wanted: Vec::new(),
            tasks: Vec::new(),
            until_blink: 100,
            kept_limits: (0, 0),
            mean_leg,
        };
        search.construct();
        search
    }

    fn construct(&mut self) {
        self.plan.begin();
        self.whole = (0..self.plan.instance.sites as u16).collect();
        self.recreate();
        self.plan.weigh_work();
        self.plan.begin();
        self.note_best();
    }

    fn note_best(&mut self) {
        if self.plan.feasible() && self.plan.true_cost() < self.best.cost - 1e-7 {
            self.best = self.plan.snapshot();
        }
    }

    /// One leg of annealing until `part` of the budget reaches 1. `part` is asked every `LOOK` iterations.
    pub fn anneal(&mut self, hot: f64, cold: f64, mut part: impl FnMut(u64, f64) -> f64) {
        let instance = self.plan.instance;
        if instance.sites == 0 {
            return;
        }
        let scale = self.mean_leg;
        let mut done = 0u64;
        loop {
            let used = part(done, self.best.cost);
            if used >= 1.0 {
                return;
            }
            let heat = scale * hot * (cold / hot).powf(used);
            let next = until_next_look(done, used);
            for _ in 0..next {
                self.step(heat);
            }
            done += next;
            self.iterations += next;
        }
    }

    fn step(&mut self, heat: f64) {
        let before = self.plan.cost();
        self.plan.begin();
        self.whole.clear();
        self.single.clear();
        self.mark += 1;
        let kind = self.rng.unit();
        if kind < self.tuning.swap {
            self.swap_days();
        } else if kind < self.tuning.day_only {
            self.ruin_group();
        } else {
            self.ruin_sites();
        }
        if !self.plan.absent.is_empty() {
            self.call_absent();
        }
        self.plan.weigh_work();
        self.recreate();
        self.plan.weigh_work();
        let after = self.plan.cost();
        if after < before - heat * (1.0 - self.rng.unit()).ln() {
            self.note_best();
        } else {
            self.plan.undo();
        }
        self.adapt();
    }

    /// Fines rise while limits are broken too often and fall while they seldom are.
    fn adapt(&mut self) {
        if !self.plan.instance.soft {
            return;
        }
        self.kept_limits.0 += (self.plan.excess_load < 1e-6) as u32;
        self.kept_limits.1 += (self.plan.excess_minutes < 1e-6) as u32;
        if !self.mark.is_multiple_of(500) {
            return;
        }
        let turn = |fine: f64, kept: u32| match kept {
            0..=150 => fine * 1.1,
            250.. => fine * 0.91,
            _ => fine,
        };
        let fines = self.plan.fines;
        self.plan.fines = Fines {
            load: turn(fines.load, self.kept_limits.0).clamp(1e-6, 1e9),
            minutes: turn(fines.minutes, self.kept_limits.1).clamp(1e-3, 1e9),
        };
        self.kept_limits = (0, 0);
    }

    fn string_sizes(&mut self, mean_lane: f64) -> (f64, usize) {
        let longest = self.tuning.longest_string.min(mean_lane).max(1.0);
        let most = 4.0 * self.tuning.mean_removed / (1.0 + longest) - 1.0;
        let strings = (self.rng.unit() * most.max(0.0) + 1.0) as usize;
        (longest, strings)
    }

    /// The visits of a string around `node` in its lane.
    fn string(&mut self, node: Node, group: u16, longest: f64, out: &mut Vec<Node>) {
        let base = self.plan.instance.sites as u16;
        let lane = self.plan.lane_at(node, group);
        let count = self.plan.lanes[lane as usize].count as usize;
        let most = longest.min(count as f64);
        let length = (1.0 + self.rng.unit() * most) as usize;
        let length = length.min(count).max(1);
        let mut spared = 0;
        if length > 1 && length < count && self.rng.unit() < 0.5 {
            spared = 1;
            while length + spared < count && self.rng.unit() > 0.01 {
                spared += 1;
                if spared >= length {
                    break;
                }
            }
        }
        let span = length + spared;
        let mut first = node;
        let mut back = self.rng.below(span);
        while back > 0 && self.plan.prev_of(first, group) < base {
            first = self.plan.prev_of(first, group);
            back -= 1;
        }
        let skip_from = if spared > 0 { self.rng.below(length + 1) } else { usize::MAX };
        let mut at = 0;
        let mut current = first;
        while at < span && current < base {
            if at < skip_from || at >= skip_from.saturating_add(spared) {
                out.push(current);
            }
            current = self.plan.next_of(current, group);
            at += 1;
        }
    }

    /// Strings of one day near a site; the visits go back to that day.
    fn ruin_group(&mut self) {
        let instance = self.plan.instance;
        let seed = self.rng.below(instance.sites) as u16;
        let groups = self.plan.groups_of(seed);
        if groups.is_empty() {
            return self.ruin_sites();
        }
        let group = groups[self.rng.below(groups.len())];
        let lanes = &instance.groups[group as usize].lanes;
        let (mut used, mut total) = (0u32, 0u32);
        for &lane in lanes {
            let count = self.plan.lanes[lane as usize].count;
            used += (count > 0) as u32;
            total += count;
        }
        let (longest, strings) = self.string_sizes(total as f64 / used.max(1) as f64);
        let mut hit = 0;
        let mut found = Vec::with_capacity(24);
        for i in 0..=instance.near[seed as usize].len() {
            let node = if i == 0 { seed } else { instance.near[seed as usize][i - 1] };
            if !self.plan.groups_of(node).contains(&group) {
                continue;
            }
            let lane = self.plan.lane_at(node, group) as usize;
            if self.lane_hit[lane] == self.mark {
                continue;
            }
            self.lane_hit[lane] = self.mark;
            found.clear();
            self.string(node, group, longest, &mut found);
            for &node in &found {
                self.plan.remove(node, group);
                self.single.push((node, group));
            }
            hit += 1;
            if hit >= strings || hit >= used as usize {
                break;
            }
        }
    }

    /// Strings near a site on any days; all visits of the sites hit choose a pattern anew.
    fn ruin_sites(&mut self) {
        let instance = self.plan.instance;
        let seed = self.rng.below(instance.sites) as u16;
        let (mut used, mut total) = (0u32, 0u32);
        for lane in &self.plan.lanes {
            used += (lane.count > 0) as u32;
            total += lane.count;
        }
        let (longest, strings) = self.string_sizes(total as f64 / used.max(1) as f64);
        let mut hit = 0;
        let mut found = Vec::with_capacity(24);
        for i in 0..=instance.near[seed as usize].len() {
            let node = if i == 0 { seed } else { instance.near[seed as usize][i - 1] };
            let groups = self.plan.groups_of(node);
            if groups.is_empty() {
                continue;
            }
            let group = groups[self.rng.below(groups.len())];
            let lane = self.plan.lane_at(node, group) as usize;
            if self.lane_hit[lane] == self.mark || self.site_hit[node as usize] == self.mark {
                continue;
            }
            self.lane_hit[lane] = self.mark;
            found.clear();
            self.string(node, group, longest, &mut found);
            for &node in &found {
                if self.site_hit[node as usize] != self.mark {
                    self.site_hit[node as usize] = self.mark;
                    self.whole.push(node);
                }
            }
            hit += 1;
            if hit >= strings {
                break;
            }
        }
        for i in 0..self.whole.len() {
            self.plan.remove_site(self.whole[i]);
        }
    }

    /// Exchanges two groups for all sites of an area whose patterns allow it.
    fn swap_days(&mut self) {
        let instance = self.plan.instance;
        let seed = self.rng.below(instance.sites) as u16;
        let groups = self.plan.groups_of(seed);
        if groups.is_empty() {
            return self.ruin_sites();
        }
        let one = groups[self.rng.below(groups.len())];
        let wanted = &instance.groups_wanted[seed as usize];
        let other = wanted[self.rng.below(wanted.len())];
        let size = 1 + self.rng.below(self.tuning.area as usize);
        let mut i = 0;
        while self.whole.len() < size && i <= instance.near[seed as usize].len() {
            let node = if i == 0 { seed } else { instance.near[seed as usize][i - 1] };
            i += 1;
            let groups = self.plan.groups_of(node);
            if groups.contains(&one) == groups.contains(&other) {
                continue;
            }
            if let Some(pattern) = self.exchanged(node, one, other) {
                self.forced[node as usize] = pattern;
                self.site_hit[node as usize] = self.mark;
                self.whole.push(node);
            }
        }
        for i in 0..self.whole.len() {
            self.plan.remove_site(self.whole[i]);
        }
    }

    /// The pattern of the site with one group in place of the other.
    fn exchanged(&self, node: Node, one: u16, other: u16) -> Option<u32> {
        let instance = self.plan.instance;
        let now = self.plan.groups_of(node);
        let turned = |group: u16| match group {
            g if g == one => other,
            g if g == other => one,
            g => g,
        };
        instance.patterns_of[node as usize].clone().map(|p| p as u32).find(|&p| {
            instance.elements[instance.patterns[p as usize].elements.clone()].iter().all(|element| {
                let run = element.first..element.first + element.count;
                now.iter().any(|&group| run.contains(&turned(group)))
            })
        })
    }

    /// Sites that were out before try again, a few at a time.
    fn call_absent(&mut self) {
        let mut called = 0;
        for i in 0..self.plan.absent.len() {
            let node = self.plan.absent[i];
            if self.site_hit[node as usize] != self.mark && !self.whole.contains(&node) {
                self.whole.push(node);
                called += 1;
                if called >= 10 {
                    break;
                }
            }
        }
    }

    fn recreate(&mut self) {
        let instance = self.plan.instance;
        let order = self.rng.below(14);
        self.tasks.clear();
        let far = |node: Node| instance.leg(instance.lanes.first().map_or(node, |l| l.base), node);
        let mut tasks = std::mem::take(&mut self.tasks);
        let rng = &mut self.rng;
        let mut key = |node: Node, visits: u16| match order {
            0..=3 => rng.number() as f32,
            4..=7 => -(instance.demand[node as usize] + instance.service[node as usize]) as f32,
            8..=9 => -far(node),
            10 => far(node),
            _ => -(visits as f32) - (rng.unit() as f32) * 0.5,
        };
        for &node in &self.whole {
            tasks.push((key(node, instance.visits[node as usize]), node, ALL));
        }
        for &(node, group) in &self.single {
            tasks.push((key(node, 1), node, group));
        }
        tasks.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        for &(_, node, group) in &tasks {
            if group == ALL {
                self.place_site(node);
            } else {
                self.place_visit(node, group);
            }
        }
        self.tasks = tasks;
    }

    fn price(&mut self, node: Node) {
        let mut until = self.until_blink;
        let rng = &mut self.rng;
        let rate = self.tuning.blink;
        self.plan.price(node, &self.wanted, || {
            until -= 1;
            if until == 0 {
                until = 1 + (-(1.0 - rng.unit()).ln() / rate) as u32;
                return true;
            }
            false
        });
        self.until_blink = until;
    }

    fn place_visit(&mut self, node: Node, group: u16) {
        self.plan.want_none();
        self.plan.want(group);
        self.wanted.clear();
        self.wanted.push(group);
        self.price(node);
        let offer = self.plan.offer(group);
        if offer.price.is_finite() {
            self.plan.insert(node, group, offer.after, offer.lane);
        } else {
            self.plan.remove_site(node);
        }
    }

    fn place_site(&mut self, node: Node) {
        let instance = self.plan.instance;
        let mut patterns = instance.patterns_of[node as usize].clone();
        self.plan.want_none();
        self.wanted.clear();
        let forced = std::mem::replace(&mut self.forced[node as usize], NO_PATTERN);
        if forced == NO_PATTERN {
            self.wanted.extend_from_slice(&instance.groups_wanted[node as usize]);
        } else {
            patterns = forced as usize..forced as usize + 1;
            for element in &instance.elements[instance.patterns[forced as usize].elements.clone()] {
                self.wanted.extend(element.first..element.first + element.count);
            }
        }
        for &group in &self.wanted {
            self.plan.want(group);
        }
        self.price(node);
        let mut best = (f32::INFINITY, NO_PATTERN);
        for index in patterns {
            let pattern = &instance.patterns[index];
            let mut price = pattern.cost;
            for element in &instance.elements[pattern.elements.clone()] {
                if element.count == 1 {
                    price += self.plan.offer(element.first).price;
                } else {
                    let run = element.first..element.first + element.count;
                    price += run.fold(f32::INFINITY, |least, g| least.min(self.plan.offer(g).price));
                }
            }
            if price < best.0 {
                best = (price, index as u32);
            }
        }
        if best.1 == NO_PATTERN || best.0 as f64 >= instance.charge[node as usize] {
            return;
        }
        self.plan.choose(node, best.1);
        for element in &instance.elements[instance.patterns[best.1 as usize].elements.clone()] {
            let run = element.first..element.first + element.count;
            let Some(group) =
                run.min_by(|&a, &b| self.plan.offer(a).price.total_cmp(&self.plan.offer(b).price))
            else {
                continue;
            };
            let offer = self.plan.offer(group);
            self.plan.insert(node, group, offer.after, offer.lane);
        }
    }
}
