//! The front door of the search: how the budget is spent.
//!
//! Part of it goes to starts from nothing, which fill the pool of good plans; the rest to breeding, or, where plans
//! cannot breed, to shorter and cooler legs from two of them crossed. How many of each depends on how many iterations
//! the budget holds for each visit.

use crate::anneal::Search;
use crate::breed::{self, Breeder};
use crate::cross::{Elites, Renamings};
use crate::instance::Instance;
use crate::plan::Snapshot;
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
    let mut used = search.probe(PROBE, tuning.hot / 2.0, &mut part);
    if used >= 1.0 {
        return (search.take_best(), search.iterations);
    }
    let breeds = breed::suits(instance);
    let iterations = search.iterations as f64 / used.max(1e-9);
    let schedule = Schedule::new(instance, tuning, iterations, breeds);
    let tuning = if instance.soft { tuning } else { tuning.cooler(iterations / visits(instance)) };
    let mut elites = Elites::new(tuning.elites as usize);
    for start in 1..=schedule.starts {
        if start > 1 {
            search.start_over();
        }
        let until = schedule.share * start as f64 / schedule.starts as f64;
        used = search.anneal(used, until, (tuning.hot, tuning.cold), &mut part);
        elites.add(search.end_leg());
    }
    let renamings = Renamings::new(instance);
    if breeds {
        breed_on(&mut search, &mut elites, &renamings, used, &mut part);
        return (search.take_best(), search.iterations);
    }
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

/// Plans breed until the budget is used up.
fn breed_on(
    search: &mut Search,
    elites: &mut Elites,
    renamings: &Renamings,
    mut used: f64,
    part: &mut impl FnMut(u64, f64) -> f64,
) {
    let instance = search.plan.instance;
    let visits = visits(instance) as u64;
    let mut breeder =
        Breeder::new(instance, search.plan.fines, search.mean_leg, search.rng.clone(), search.tuning);
    for plan in &elites.plans {
        breeder.welcome(plan);
    }
    let mut fresh = Breeder::fresh();
    while used < 1.0 {
        breeder.step(&mut fresh, renamings);
        search.iterations += visits;
        let best = breeder.best.as_ref().map_or(f64::INFINITY, |best| best.cost);
        used = part(search.iterations, best.min(search.best_before.cost));
    }
    if let Some(best) = breeder.best {
        search.best = best;
        elites.add(search.end_leg());
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
    fn new(instance: &Instance, tuning: Tuning, iterations: f64, breeds: bool) -> Schedule {
        let tuning = Tuning { share: if breeds { 1.0 - tuning.breed } else { tuning.share }, ..tuning };
        let each = iterations / visits(instance);
        let starts = ((each * tuning.share / tuning.start) as usize).clamp(1, tuning.elites as usize);
        let legs = ((each * (1.0 - tuning.share) / tuning.leg) as usize).min(200);
        Schedule { starts, legs, share: if legs == 0 { 1.0 } else { tuning.share } }
    }
}
