//! The front door of the search: how the budget is spent.

use crate::anneal::{Search, Tuning};
use crate::instance::Instance;
use crate::plan::Snapshot;

/// The best plan until `part(iterations, best cost)` gives 1, and the iterations made.
pub fn solve(
    instance: &Instance,
    seed: u64,
    tuning: Tuning,
    part: impl FnMut(u64, f64) -> f64,
) -> (Snapshot, u64) {
    let mut search = Search::new(instance, seed, tuning);
    search.anneal(tuning.hot, tuning.cold, part);
    (search.best, search.iterations)
}
