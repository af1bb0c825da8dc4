//! Who stays: plans that keep the limits and plans that do not, each group chosen by cost and by being different.

use crate::instance::{Instance, Node};
use crate::plan::{Fines, Snapshot};
use crate::rng::Rng;

/// Plans that survive, children until the next choice, elite by cost alone, neighbors that difference is measured to.
const SURVIVORS: usize = 25;
const CHILDREN: usize = 40;
const ELITE: usize = 4;
const CLOSEST: usize = 5;

pub struct One {
    pub plan: Snapshot,
    load: f64,
    minutes: f64,
    /// Sites that follow each other on some day, as bits of a table.
    pairs: Vec<u64>,
    number: u64,
    /// Differences to the others and their numbers, closest first.
    others: Vec<(f32, u64)>,
    fitness: f64,
}

impl One {
    pub fn new(plan: Snapshot, load: f64, minutes: f64, instance: &Instance) -> One {
        let n = instance.sites + 1;
        let mut pairs = vec![0u64; (n * n).div_ceil(64)];
        let end = instance.sites as Node;
        let mut mark = |a: Node, b: Node| {
            let at = a.min(b) as usize * n + a.max(b) as usize;
            pairs[at / 64] |= 1 << (at % 64);
        };
        for route in plan.routes.iter().filter(|route| !route.is_empty()) {
            mark(route[0], end);
            mark(route[route.len() - 1], end);
            for pair in route.windows(2) {
                mark(pair[0], pair[1]);
            }
        }
        One { plan, load, minutes, pairs, number: 0, others: Vec::new(), fitness: 0.0 }
    }

    fn cost(&self, fines: Fines) -> f64 {
        self.plan.cost + self.load * fines.load + self.minutes * fines.minutes
    }

    /// From 0 to 1: pairs that only one of both has, and sites on other patterns.
    fn differs(&self, other: &One) -> f32 {
        let count = |f: fn(u64, u64) -> u64| -> u32 {
            self.pairs.iter().zip(&other.pairs).map(|(&a, &b)| f(a, b).count_ones()).sum()
        };
        let pairs = count(|a, b| a ^ b) as f32 / count(|a, b| a | b).max(1) as f32;
        let patterns = self.plan.pattern.iter().zip(&other.plan.pattern).filter(|(a, b)| a != b).count();
        0.5 * pairs + 0.5 * patterns as f32 / self.plan.pattern.len().max(1) as f32
    }

    fn apart(&self) -> f64 {
        let near = &self.others[..self.others.len().min(CLOSEST)];
        near.iter().map(|&(far, _)| far as f64).sum::<f64>() / near.len().max(1) as f64
    }

    fn is_copy(&self) -> bool {
        self.others.first().is_some_and(|&(far, _)| far < 1e-6)
    }
}

pub struct Population {
    /// Those that keep the limits, and the others.
    parts: [Vec<One>; 2],
    numbers: u64,
}

impl Population {
    pub fn new() -> Population {
        Population { parts: [Vec::new(), Vec::new()], numbers: 0 }
    }

    pub fn len(&self) -> usize {
        self.parts[0].len() + self.parts[1].len()
    }

    pub fn add(&mut self, mut one: One, fines: Fines) {
        let part = &mut self.parts[(one.load > 1e-6 || one.minutes > 1e-6) as usize];
        self.numbers += 1;
        one.number = self.numbers;
        for other in part.iter_mut() {
            let far = other.differs(&one);
            let at = other.others.partition_point(|&(d, _)| d < far);
            other.others.insert(at, (far, one.number));
            let at = one.others.partition_point(|&(d, _)| d < far);
            one.others.insert(at, (far, other.number));
        }
        part.push(one);
        if part.len() > SURVIVORS + CHILDREN {
            choose(part, SURVIVORS, fines);
        }
    }

    /// Two plans, each the fitter of two drawn.
    pub fn parents(&mut self, fines: Fines, rng: &mut Rng) -> (&One, &One) {
        for part in &mut self.parts {
            judge(part, fines);
        }
        let (kept, all) = (self.parts[0].len(), self.len());
        let one = |i: usize| if i < kept { &self.parts[0][i] } else { &self.parts[1][i - kept] };
        let mut draw = || {
            let (a, b) = (one(rng.below(all)), one(rng.below(all)));
            if a.fitness <= b.fitness {
                a
            } else {
                b
            }
        };
        let first = draw();
        let mut second = draw();
        for _ in 0..10 {
            if second.number != first.number {
                break;
            }
            second = draw();
        }
        (first, second)
    }
}

/// Ranks by cost and by difference; the smaller, the fitter.
fn judge(part: &mut [One], fines: Fines) {
    let count = part.len();
    if count == 0 {
        return;
    }
    part.sort_by(|a, b| a.cost(fines).total_cmp(&b.cost(fines)).then(a.number.cmp(&b.number)));
    let mut apart: Vec<(f64, usize)> = part.iter().enumerate().map(|(i, one)| (-one.apart(), i)).collect();
    apart.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let last = (count - 1).max(1) as f64;
    for (rank, &(_, i)) in apart.iter().enumerate() {
        let by_cost = i as f64 / last;
        let by_difference = rank as f64 / last;
        part[i].fitness = match count <= ELITE {
            true => by_cost,
            false => by_cost + (1.0 - ELITE as f64 / count as f64) * by_difference,
        };
    }
}

/// Removes the least fit, copies first, never the cheapest.
fn choose(part: &mut Vec<One>, most: usize, fines: Fines) {
    while part.len() > most {
        judge(part, fines);
        let worst = (1..part.len()).max_by(|&a, &b| {
            let (a, b) = (&part[a], &part[b]);
            a.is_copy().cmp(&b.is_copy()).then(a.fitness.total_cmp(&b.fitness))
        });
        let gone = part.remove(worst.unwrap_or(0)).number;
        for one in part.iter_mut() {
            one.others.retain(|&(_, number)| number != gone);
        }
    }
}
