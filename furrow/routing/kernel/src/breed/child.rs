//! New plans: random ones, and children of two by periodic crossover with insertions (PIX).

use super::split::Split;
use super::spots::spots;
use super::teach::Teach;
use super::tour;
use crate::cross::Renamings;
use crate::instance::{Instance, Node, NO_PATTERN};
use crate::plan::Snapshot;
use crate::rng::Rng;

pub struct Child<'a> {
    instance: &'a Instance,
    split: Split,
    /// Groups of each pattern as bits.
    masks: Vec<u64>,
    /// Where each site lies, seen from the first base, as far as distances tell.
    spots: Vec<(f64, f64)>,
    /// Groups of each site of the child as bits.
    has: Vec<u64>,
    days: Vec<Vec<Node>>,
}

impl<'a> Child<'a> {
    pub fn new(instance: &'a Instance) -> Child<'a> {
        let mask = |pattern: &crate::instance::Pattern| {
            instance.elements[pattern.elements.clone()].iter().fold(0, |mask, e| mask | 1u64 << e.first)
        };
        Child {
            instance,
            split: Split::default(),
            masks: instance.patterns.iter().map(mask).collect(),
            spots: spots(instance),
            has: vec![0; instance.sites],
            days: vec![Vec::new(); instance.groups.len()],
        }
    }

    /// Any pattern for each site, any order on each day.
    pub fn random(&mut self, teach: &mut Teach, rng: &mut Rng) {
        self.clear();
        let mut sites: Vec<Node> = (0..self.instance.sites as Node).collect();
        rng.shuffle(&mut sites);
        for site in sites {
            let run = &self.instance.all.patterns_of[site as usize];
            if run.is_empty() {
                continue;
            }
            let pattern = run.start + rng.below(run.len());
            for element in &self.instance.elements[self.instance.patterns[pattern].elements.clone()] {
                self.put(site, element.first as usize);
            }
        }
        self.raise(teach, rng);
    }

    /// Some days from one parent, some from the other, some from both; missing visits are added where they are cheapest.
    pub fn cross(
        &mut self,
        one: &Snapshot,
        other: &Snapshot,
        renamings: &Renamings,
        teach: &mut Teach,
        rng: &mut Rng,
    ) {
        self.clear();
        let names = renamings.agreeing(&one.pattern, &other.pattern);
        let groups = self.instance.groups.len();
        let mut days: Vec<usize> = (0..groups).collect();
        rng.shuffle(&mut days);
        let (a, b) = (rng.below(groups + 1), rng.below(groups + 1));
        let (first, second) = (a.min(b), a.max(b));
        for (i, &day) in days.iter().enumerate() {
            if i >= first && i < second {
                continue;
            }
            let visits = tour(one, &self.lanes_round(one, day));
            let (from, to) = match i < first || visits.is_empty() {
                true => (0, visits.len()),
                false => (rng.below(visits.len()), 1 + rng.below(visits.len())),
            };
            // a stretch may run over the end of the day
            let length = if to > from { to - from } else { visits.len() - from + to };
            for k in 0..length.min(visits.len()) {
                self.put(visits[(from + k) % visits.len()], day);
            }
        }
        rng.shuffle(&mut days[first..]);
        for &day in &days[first..] {
            let there = renamings.before(names, day);
            for site in tour(other, &self.lanes_round(other, there)) {
                if self.allows(site, day) {
                    self.put(site, day);
                }
            }
        }
        self.raise(teach, rng);
    }

    fn clear(&mut self) {
        self.has.fill(0);
        for day in &mut self.days {
            day.clear();
        }
    }

    fn put(&mut self, site: Node, day: usize) {
        self.has[site as usize] |= 1 << day;
        self.days[day].push(site);
    }

    /// Whether some pattern of the site has this day and all it has already.
    fn allows(&self, site: Node, day: usize) -> bool {
        let now = self.has[site as usize];
        let more = now | 1 << day;
        more != now
            && self.masks[self.instance.all.patterns_of[site as usize].clone()]
                .iter()
                .any(|m| m & more == more)
    }

    /// Cuts the days into routes, hands them to the school and completes the patterns there.
    fn raise(&mut self, teach: &mut Teach, rng: &mut Rng) {
        let instance = self.instance;
        let mut pattern = vec![NO_PATTERN; instance.sites];
        let mut missing: Vec<Node> = Vec::new();
        for (site, (run, has)) in instance.all.patterns_of.iter().zip(&self.has).enumerate() {
            match run.clone().find(|&p| self.masks[p] == *has) {
                Some(p) => pattern[site] = p as u32,
                None => missing.push(site as Node),
            }
        }
        let mut routes = vec![Vec::new(); instance.lanes.len()];
        for (group, order) in self.days.iter().enumerate() {
            let cut = self.split.cut(instance, group, order, teach.fines);
            for (&lane, route) in instance.groups[group].lanes.iter().zip(cut) {
                routes[lane as usize] = route;
            }
        }
        teach.load(&pattern, &routes);
        rng.shuffle(&mut missing);
        for site in missing {
            let has = self.has[site as usize];
            let there: Vec<u16> = (0..instance.groups.len() as u16).filter(|g| has >> g & 1 == 1).collect();
            teach.complete(site, &there);
        }
    }

    /// The lanes of a plan's day in the order of their directions from the base.
    fn lanes_round(&self, plan: &Snapshot, day: usize) -> Vec<u16> {
        let mut lanes: Vec<(f64, u16)> = self.instance.groups[day]
            .lanes
            .iter()
            .map(|&lane| {
                let sum = plan.routes[lane as usize].iter().fold((0.0, 0.0), |sum, &site| {
                    let spot = self.spots[site as usize];
                    (sum.0 + spot.0, sum.1 + spot.1)
                });
                (sum.1.atan2(sum.0), lane)
            })
            .collect();
        lanes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        lanes.into_iter().map(|(_, lane)| lane).collect()
    }
}
