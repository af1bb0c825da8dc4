//! Plans that breed: a hybrid genetic search after Vidal, Crainic, Gendreau, Lahrichi and Rei (2012).
//!
//! Two plans are crossed day by day (`child`), the child goes to school (`teach`), and a population that keeps both
//! cheap and different plans (`population`) decides who stays. It takes over after annealing where the problem
//! has the form of the literature: no clocks, no limits over several routes, ways that cost the same both ways.

mod child;
mod population;
mod split;
mod spots;
mod teach;

use crate::cross::Renamings;
use crate::instance::{Instance, Node, NO_PATTERN};
use crate::plan::{Fines, Snapshot};
use crate::rng::Rng;
use crate::tuning::Tuning;
use child::Child;
use population::{One, Population};
use teach::Teach;

/// Random plans at the beginning.
const FRESH: usize = 60;
/// Plans between two looks at the fines.
const LOOK: usize = 50;
/// Part of the plans that should keep all limits.
const KEPT: f64 = 0.25;
/// How much dearer broken limits are while a plan is repaired.
const REPAIR: f64 = 10.0;
/// A plan in the population keeps a bit for each pair of sites.
const MOST_SITES: usize = 1500;
const MOST_GROUPS: usize = 64;
const MOST_VISITS: u16 = 16;

/// Whether plans of this instance can breed.
pub fn suits(instance: &Instance) -> bool {
    let alike = |group: &crate::instance::Group| {
        let first = &instance.lanes[group.lanes[0] as usize];
        group.lanes.iter().map(|&lane| &instance.lanes[lane as usize]).all(|lane| {
            (lane.base, lane.end, lane.capacity, lane.most)
                == (first.base, first.base, first.capacity, first.most)
                && (lane.room, lane.over) == (first.room, first.over)
                && lane.hours.is_none()
                && instance.leg(lane.base, lane.base) == 0.0
        })
    };
    let unlimited = |group: &crate::instance::Group| {
        group.most_visits == u32::MAX && group.class_limits.is_empty() && !group.lanes.is_empty()
    };
    (3..=MOST_SITES).contains(&instance.sites)
        && instance.soft
        && instance.ways.symmetric()
        && instance.ways.proportional()
        && instance.compactness == 0.0
        && instance.workload == 0.0
        && instance.groups.len() <= MOST_GROUPS
        && instance.visits.iter().all(|&visits| visits <= MOST_VISITS)
        && instance.elements.iter().all(|element| element.count == 1)
        && instance.groups.iter().all(|group| unlimited(group) && alike(group))
}

pub struct Breeder<'a> {
    instance: &'a Instance,
    teach: Teach<'a>,
    child: Child<'a>,
    population: Population,
    pub rng: Rng,
    /// Whether the last plans kept the limits of load and of minutes.
    kept: (usize, usize, usize),
    pub best: Option<Snapshot>,
    since_better: usize,
    stale: usize,
    /// Random plans still to come.
    fresh: usize,
}

impl<'a> Breeder<'a> {
    pub fn new(instance: &'a Instance, fines: Fines, mean_leg: f64, rng: Rng, tuning: Tuning) -> Breeder<'a> {
        Breeder {
            instance,
            teach: Teach::new(instance, fines, mean_leg),
            child: Child::new(instance),
            population: Population::new(),
            rng,
            kept: (0, 0, 0),
            best: None,
            since_better: 0,
            stale: tuning.stale as usize,
            fresh: FRESH,
        }
    }

    /// Takes a plan of another search in.
    pub fn welcome(&mut self, plan: &Snapshot) {
        if plan.pattern.contains(&NO_PATTERN) {
            return;
        }
        self.teach.load(&plan.pattern, &plan.routes);
        self.teach.teach(&mut self.rng);
        self.admit();
    }

    /// A new plan: random in the beginning, else a child of two.
    pub fn step(&mut self, renamings: &Renamings) {
        if self.fresh > 0 || self.population.len() < 2 {
            self.fresh = self.fresh.saturating_sub(1);
            self.child.random(&mut self.teach, &mut self.rng);
        } else {
            let fines = self.teach.fines;
            let (one, other) = self.population.parents(fines, &mut self.rng);
            self.child.cross(&one.plan, &other.plan, renamings, &mut self.teach, &mut self.rng);
        }
        self.teach.teach(&mut self.rng);
        let kept = self.admit();
        if !kept && self.rng.unit() < 0.5 {
            self.repair();
        }
        self.since_better += 1;
    }

    /// Whether so many plans in a row were no better that others should begin anew.
    pub fn stands_still(&self) -> bool {
        self.since_better >= self.stale
    }

    /// Takes the plan at school into the population; whether it keeps all limits.
    fn admit(&mut self) -> bool {
        let (plan, load, minutes) = self.teach.plan();
        self.kept.0 += 1;
        self.kept.1 += (load < 1e-6) as usize;
        self.kept.2 += (minutes < 1e-6) as usize;
        if self.kept.0 >= LOOK {
            self.adapt();
        }
        self.note(plan, load, minutes)
    }

    fn note(&mut self, plan: Snapshot, load: f64, minutes: f64) -> bool {
        let kept = load < 1e-6 && minutes < 1e-6;
        if kept && self.best.as_ref().is_none_or(|best| plan.cost < best.cost - 1e-7) {
            self.best = Some(plan.clone());
            self.since_better = 0;
        }
        self.population.add(One::new(plan, load, minutes, self.instance), self.teach.fines);
        kept
    }

    fn repair(&mut self) {
        let fines = self.teach.fines;
        self.teach.fines = Fines { load: fines.load * REPAIR, minutes: fines.minutes * REPAIR };
        self.teach.count_all();
        self.teach.teach(&mut self.rng);
        let (plan, load, minutes) = self.teach.plan();
        self.teach.fines = fines;
        if load < 1e-6 && minutes < 1e-6 {
            self.note(plan, load, minutes);
        }
    }

    fn adapt(&mut self) {
        let (all, load, minutes) = self.kept;
        let turn = |fine: f64, kept: usize| match kept as f64 / all as f64 {
            part if part < KEPT - 0.05 => fine * 1.2,
            part if part > KEPT + 0.05 => fine * 0.85,
            _ => fine,
        };
        let fines = self.teach.fines;
        self.teach.fines = Fines {
            load: turn(fines.load, load).clamp(1e-6, 1e9),
            minutes: turn(fines.minutes, minutes).clamp(1e-3, 1e9),
        };
        self.kept = (0, 0, 0);
    }
}

/// Sites of a plan's group in order, lane after lane as `lanes` says.
fn tour(plan: &Snapshot, lanes: &[u16]) -> Vec<Node> {
    lanes.iter().flat_map(|&lane| plan.routes[lane as usize].iter().copied()).collect()
}
