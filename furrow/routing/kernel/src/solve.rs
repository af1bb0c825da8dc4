//! The front door of the search: how the budget is spent.
//!
//! Where plans can breed, it goes in rounds: annealing from nothing, then breeding until that stands still; at last the
//! best of all rounds breed. Elsewhere part of it goes to starts from nothing, which fill the pool of good plans, the
//! rest to shorter and cooler legs from two of them crossed. How many depends on how many iterations the budget holds
//! for each visit.

use crate::anneal::Search;
use crate::breed::{self, Breeder};
use crate::cross::{Elites, Renamings};
use crate::instance::Instance;
use crate::plan::Snapshot;
use crate::rng::Rng;
use crate::tuning::Tuning;

/// Iterations by which the budget is guessed, at most.
const PROBE: u64 = 2000;

/// The best plan until `part(iterations, best cost)` gives 1, and the iterations made.
pub fn solve(
    instance: &Instance,
    seed: u64,
    tuning: Tuning,
    mut part: impl FnMut(u64, f64) -> f64,
) -> (Snapshot, u64) {
    let mut search = Search::new(instance, seed, tuning);
    if instance.sites == 0 {
        return (search.best, 0);
    }
    let (before, mut used) = search.probe(PROBE, tuning.hot / 2.0, &mut part);
    if used >= 1.0 {
        return (search.take_best(), search.iterations);
    }
    let iterations = search.iterations as f64 * (1.0 - before) / (used - before).max(1e-9);
    if breed::suits(instance) {
        let each = iterations / visits(instance);
        Rounds {
            search: &mut search,
            anneal: (1.0 - tuning.breed).min(tuning.round / each),
            part: &mut part,
        }
        .spend(used);
        return (search.take_best(), search.iterations);
    }
    let schedule = Schedule::new(instance, tuning, iterations);
    if !instance.soft {
        search.tuning = tuning.cooler(iterations / visits(instance));
    }
    let tuning = search.tuning;
    let mut elites = Elites::new(tuning.elites as usize);
    for start in 1..=schedule.starts {
        if start > 1 {
            search.start_over();
        }
        let until = schedule.share * start as f64 / schedule.starts as f64;
        used = search.anneal_start(used, until, &mut part);
        elites.add(search.end_leg());
    }
    let renamings = Renamings::new(instance);
    for leg in 1..=schedule.legs {
        if used >= 1.0 {
            break;
        }
        let one = search.rng.below(elites.plans.len());
        let other = search.rng.below(elites.plans.len());
        search.cross(&elites.plans[one], &elites.plans[other], &renamings);
        let until = schedule.share + (1.0 - schedule.share) * leg as f64 / schedule.legs as f64;
        used = search.anneal(used, until, (tuning.hot * tuning.warm, tuning.cold), &mut part);
        elites.add(search.end_leg());
    }
    (search.take_best(), search.iterations)
}

/// The rounds of plans that breed.
struct Rounds<'s, 'i, P> {
    search: &'s mut Search<'i>,
    /// Of the budget, for the annealing of one round.
    anneal: f64,
    part: &'s mut P,
}

/// Of the budget, when the best of all rounds begin to breed, where there was more than one.
const LAST: f64 = 0.85;

impl<P: FnMut(u64, f64) -> f64> Rounds<'_, '_, P> {
    fn spend(mut self, used: f64) {
        let tuning = self.search.tuning;
        let renamings = Renamings::new(self.search.plan.instance);
        let mut elites = Elites::new(tuning.elites as usize);
        let mut used = self.search.anneal(used, self.anneal, (tuning.hot, tuning.cold), self.part);
        let mut plans = vec![self.search.end_leg()];
        let mut limit = f64::INFINITY;
        while used < 1.0 {
            used = self.breed(&plans, &renamings, limit, used);
            elites.add(self.search.end_leg());
            if used + self.anneal < LAST {
                let until = used + self.anneal;
                self.search.start_over();
                used = self.search.anneal(used, until, (tuning.hot, tuning.cold), self.part);
                plans = vec![self.search.end_leg()];
                limit = LAST;
            } else {
                plans = elites.plans.clone();
                limit = f64::INFINITY;
            }
        }
    }

    /// Plans breed until that stands still or so much of the budget is used; how much is, then.
    fn breed(&mut self, plans: &[Snapshot], renamings: &Renamings, limit: f64, from: f64) -> f64 {
        let search = &mut *self.search;
        let instance = search.plan.instance;
        let visits = visits(instance) as u64;
        let rng = Rng::new(search.rng.number());
        let mut breeder = Breeder::new(instance, search.plan.fines, search.mean_leg, rng, search.tuning);
        for plan in plans {
            breeder.welcome(plan);
        }
        let mut used = from;
        while used < 1.0 && used < limit && !breeder.stands_still() {
            breeder.step(renamings);
            search.iterations += visits;
            let best = breeder.best.as_ref().map_or(f64::INFINITY, |best| best.cost);
            used = (self.part)(search.iterations, best.min(search.best_before.cost));
        }
        if let Some(best) = breeder.best {
            search.best = best;
        }
        used
    }
}

fn visits(instance: &Instance) -> f64 {
    instance.visits.iter().map(|&visits| visits as f64).sum::<f64>().max(1.0)
}

struct Schedule {
    starts: usize,
    legs: usize,
    /// Of the budget, for the starts.
    share: f64,
}

impl Schedule {
    fn new(instance: &Instance, tuning: Tuning, iterations: f64) -> Schedule {
        let each = iterations / visits(instance);
        let starts = ((each * tuning.share / tuning.start) as usize).clamp(1, tuning.elites as usize);
        let legs = ((each * (1.0 - tuning.share) / tuning.leg) as usize).min(200);
        Schedule { starts, legs, share: if legs == 0 { 1.0 } else { tuning.share } }
    }
}
