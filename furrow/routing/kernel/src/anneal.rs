//! Ruin and recreate under simulated annealing.
//!
//! After Christiaens and Vanden Berghe (2020), "Slack induction by string removals", generalized to periodic
//! problems: strings of one group go back to their days, or all visits of the sites hit choose a pattern anew.

mod recreate;
mod ruin;

use crate::instance::{Choices, Instance, Node, NO_PATTERN};
use crate::plan::{Fines, Plan, Snapshot};
use crate::rng::Rng;
use crate::tuning::Tuning;

/// Iterations between two looks at the clock.
pub const LOOK: u64 = 200;
/// Looks at least in what is left of the budget, while there are iterations enough.
const LOOKS: f64 = 30.0;
/// Part of the budget after which its size is known well enough.
const KNOWN: f64 = 0.03;

pub struct Search<'a> {
    pub plan: Plan<'a>,
    pub rng: Rng,
    pub tuning: Tuning,
    /// Whether only even patterns are chosen, where there are such.
    pub even: bool,
    /// Of this leg.
    pub best: Snapshot,
    /// Of the legs before.
    pub best_before: Snapshot,
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
    blinks: recreate::Blinks,
    /// Of the patterns on which the site to be put back may find a place.
    prices: Vec<(f32, u32)>,
    kept_limits: (u32, u32),
    pub mean_leg: f64,
}

/// Iterations until the budget should be looked at again: never past its end where it counts iterations.
fn until_next_look(done: u64, used: f64) -> u64 {
    let left = done as f64 * (1.0 - used) / used.max(1e-12);
    ((left / LOOKS).ceil() as u64).clamp(1, LOOK)
}

/// A leg as good routes have them: to one of the nearest sites.
fn mean_leg(instance: &Instance) -> f64 {
    let legs: f64 = (0..instance.sites)
        .flat_map(|site| instance.near[site].iter().take(3).map(move |&other| (site as u16, other)))
        .map(|(site, other)| instance.leg(site, other) as f64)
        .sum();
    (legs / (3 * instance.sites).max(1) as f64).max(1e-9)
}

impl<'a> Search<'a> {
    pub fn new(instance: &'a Instance, seed: u64, tuning: Tuning) -> Search<'a> {
        let demand: f64 = instance.demand.iter().sum::<f64>() / instance.sites.max(1) as f64;
        let mean_leg = mean_leg(instance);
        let fines = Fines { load: mean_leg / demand.max(1e-9), minutes: 1.0 };
        let plan = Plan::new(instance, fines);
        // nobody visited: always feasible, so that there is a plan at any moment
        let best = plan.snapshot();
        let mut search = Search {
            plan,
            rng: Rng::new(seed),
            tuning,
            even: !instance.soft,
            best_before: best.clone(),
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
            blinks: recreate::Blinks(100),
            prices: Vec::new(),
            kept_limits: (0, 0),
            mean_leg,
        };
        search.construct();
        search
    }

    fn choices(&self) -> &'a Choices {
        let instance = self.plan.instance;
        instance.even.as_ref().filter(|_| self.even).unwrap_or(&instance.all)
    }

    fn construct(&mut self) {
        self.plan.begin();
        self.single.clear();
        self.whole = (0..self.plan.instance.sites as u16).collect();
        self.recreate(f64::INFINITY);
        self.plan.settle();
        self.plan.begin();
        self.note_best();
    }

    fn note_best(&mut self) {
        if self.plan.feasible() && self.plan.true_cost() < self.best.cost - 1e-7 {
            self.best = self.plan.snapshot();
        }
    }

    /// The best plan of the leg that ends here; the next leg begins without one.
    pub fn end_leg(&mut self) -> Snapshot {
        let nothing = Snapshot { cost: f64::INFINITY, pattern: Vec::new(), routes: Vec::new() };
        let ended = std::mem::replace(&mut self.best, nothing);
        if ended.cost < self.best_before.cost {
            self.best_before = ended.clone();
        }
        ended
    }

    /// The best plan of all legs.
    pub fn take_best(&mut self) -> Snapshot {
        self.end_leg();
        self.best_before.clone()
    }

    /// Empties the plan and makes a new one.
    pub fn start_over(&mut self) {
        self.even = !self.plan.instance.soft;
        for node in 0..self.plan.instance.sites as Node {
            self.plan.remove_site(node);
        }
        self.construct();
    }

    /// The budget used before and after so many hot iterations. Getting ready may have used some: that tells nothing of
    /// how long an iteration takes.
    pub fn probe(&mut self, most: u64, hot: f64, part: &mut impl FnMut(u64, f64) -> f64) -> (f64, f64) {
        let mut used = part(self.iterations, self.best.cost);
        // where limits may be broken the share of annealing was tuned with what getting ready takes counted in
        let before = if self.plan.instance.soft { 0.0 } else { used };
        while used < 1.0 && used - before < KNOWN && self.iterations < most {
            self.steps(until_next_look(self.iterations, used - before), self.mean_leg * hot);
            used = part(self.iterations, self.best.cost);
        }
        (before, used)
    }

    /// One leg of annealing from a heat to another, until so much of the budget is used; how much is, then.
    pub fn anneal(
        &mut self,
        from: f64,
        until: f64,
        (hot, cold): (f64, f64),
        part: &mut impl FnMut(u64, f64) -> f64,
    ) -> f64 {
        loop {
            let used = part(self.iterations, self.best.cost.min(self.best_before.cost));
            if used >= until || used >= 1.0 {
                return used;
            }
            let way = (used - from) / (until - from).max(1e-9);
            let heat = self.mean_leg * hot * (cold / hot).powf(way);
            self.steps(until_next_look(self.iterations, used), heat);
        }
    }

    /// The annealing after a start. The longer part of it chooses among even patterns only: on the smaller ground the
    /// search finds sooner which sites belong together; from its best it goes on, less hot, with all patterns.
    pub fn anneal_start(&mut self, from: f64, until: f64, part: &mut impl FnMut(u64, f64) -> f64) -> f64 {
        let Tuning { hot, cold, warm, even, .. } = self.tuning;
        if self.plan.instance.soft || self.plan.instance.even.is_none() {
            return self.anneal(from, until, (hot, cold), part);
        }
        let used = self.anneal(from, from + even * (until - from), (hot, cold), part);
        self.even = false;
        self.plan.restore(&self.best);
        self.anneal(used, until, (hot * warm, cold), part)
    }

    fn steps(&mut self, count: u64, heat: f64) {
        for _ in 0..count {
            self.step(heat);
        }
        self.iterations += count;
    }

    /// Takes sites out and puts them back on the patterns given.
    pub fn put_on(&mut self, wanted: &[(Node, u32)]) {
        self.whole.clear();
        self.single.clear();
        for &(node, pattern) in wanted {
            self.plan.remove_site(node);
            self.forced[node as usize] = pattern;
            self.whole.push(node);
        }
        self.plan.weigh_work();
        self.recreate(f64::INFINITY);
        self.plan.settle();
        self.plan.begin();
        self.note_best();
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
        let limit = before - heat * (1.0 - self.rng.unit()).ln();
        // giving up was measured only where no limit may be broken on the way
        let soft = self.plan.instance.soft;
        if self.recreate(if soft { f64::INFINITY } else { limit }) && self.plan.settled_below(limit) {
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
            // more is wanted than fits: soon nothing must be broken any more
            0 => fine * 2.0,
            1..=150 => fine * 1.1,
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
}
