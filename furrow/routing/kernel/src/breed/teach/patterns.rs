//! Other patterns: a site is taken out and goes back on the days that, together, take it in most cheaply.

use super::Teach;
use crate::instance::{Node, NONE, NO_PATTERN};
use crate::rng::Rng;

/// The cheapest place of a site in a group.
#[derive(Clone, Copy, Default)]
pub(super) struct Offer {
    cost: f64,
    after: u32,
}

impl Teach<'_> {
    /// Tries other patterns for every site once; whether anything became better.
    pub(super) fn improve_patterns(&mut self, rng: &mut Rng) -> bool {
        let mut sites: Vec<Node> = (0..self.n as Node).collect();
        rng.shuffle(&mut sites);
        let mut better = false;
        for site in sites {
            if self.instance.all.patterns_of[site as usize].len() > 1 {
                better |= self.improve_pattern(site);
            }
        }
        better
    }

    fn improve_pattern(&mut self, site: Node) -> bool {
        let before = self.pattern[site as usize];
        let mut places: [(u32, u32); 16] = [(0, 0); 16];
        let mut count = 0;
        let mut saved = self.pattern_cost(site, before);
        for &group in &self.instance.all.groups_wanted[site as usize] {
            let stop = (group as usize * self.n + site as usize) as u32;
            if self.lane(stop) != NONE {
                if count == places.len() {
                    return false;
                }
                places[count] = (stop, self.prev(stop));
                count += 1;
                saved += self.take_out(stop);
            }
        }
        self.find_offers(site, &[]);
        let (price, pattern) = self.best_pattern(site, |_| true);
        if pattern != NO_PATTERN && pattern != before && price < saved - self.better {
            self.moves_made += 1;
            self.put_in(site, pattern, &[]);
            // the lanes it left were counted before the move was
            for &(_, after) in &places[..count] {
                let lane = self.lane(after);
                self.routes[lane as usize].changed = self.moves_made;
                self.changed[self.instance.lanes[lane as usize].group as usize] = self.moves_made;
            }
            return true;
        }
        for &(stop, after) in &places[..count] {
            self.link(stop, after);
            self.recount(self.lane(after));
        }
        false
    }

    fn pattern_cost(&self, site: Node, pattern: u32) -> f64 {
        match pattern {
            NO_PATTERN => self.instance.charge[site as usize],
            p => self.instance.patterns[p as usize].cost as f64,
        }
    }

    /// Counts a lane without saying that it changed.
    fn recount(&mut self, lane: u16) {
        let group = self.instance.lanes[lane as usize].group as usize;
        let (changed, of_group) = (self.routes[lane as usize].changed, self.changed[group]);
        self.count(lane);
        (self.routes[lane as usize].changed, self.changed[group]) = (changed, of_group);
    }

    /// Takes a visit out and tells what that saves.
    fn take_out(&mut self, stop: u32) -> f64 {
        let lane = self.lane(stop);
        let (before, after) = (self.prev(stop), self.next(stop));
        let old = self.routes[lane as usize].strain;
        let drive = self.leg(before, stop) + self.leg(stop, after)
            - if self.is_base(before) && self.is_base(after) { 0.0 } else { self.leg(before, after) };
        self.unlink(stop);
        self.recount(lane);
        drive + old - self.routes[lane as usize].strain
    }

    /// The cheapest place in each group that the site may want, but for those where it has a visit.
    fn find_offers(&mut self, site: Node, there: &[u16]) {
        let instance = self.instance;
        for &group in &instance.all.groups_wanted[site as usize] {
            if there.contains(&group) {
                continue;
            }
            let stop = (group as usize * self.n + site as usize) as u32;
            let (load, service) = (self.demand(stop), self.service(stop));
            let row = instance.ways.out_of(site);
            let mut best = Offer { cost: f64::INFINITY, after: u32::MAX };
            let mut opened = false;
            for &lane in &instance.groups[group as usize].lanes {
                let route = &self.routes[lane as usize];
                if route.count == 0 {
                    if opened {
                        continue;
                    }
                    opened = true;
                }
                let mut cheapest = Offer { cost: f64::INFINITY, after: u32::MAX };
                let mut after = self.start(lane);
                while after != self.end(lane) {
                    let next = self.next(after);
                    let cost = (row.leg(self.place(after)) + row.leg(self.place(next))) as f64
                        - self.leg(after, next);
                    if cost < cheapest.cost {
                        cheapest = Offer { cost, after };
                    }
                    after = next;
                }
                if cheapest.cost < best.cost {
                    cheapest.cost += self.strain_rise(lane, load, cheapest.cost, service);
                    if cheapest.cost < best.cost {
                        best = cheapest;
                    }
                }
            }
            self.offers[group as usize] = best;
        }
    }

    /// The cheapest pattern by the offers among those that `fits`.
    fn best_pattern(&self, site: Node, fits: impl Fn(u32) -> bool) -> (f64, u32) {
        let instance = self.instance;
        let mut best = (f64::INFINITY, NO_PATTERN);
        for p in instance.all.patterns_of[site as usize].clone() {
            if !fits(p as u32) {
                continue;
            }
            let mut price = instance.patterns[p].cost as f64;
            for element in &instance.elements[instance.patterns[p].elements.clone()] {
                price += self.offers[element.first as usize].cost;
            }
            if price < best.0 {
                best = (price, p as u32);
            }
        }
        best
    }

    fn put_in(&mut self, site: Node, pattern: u32, there: &[u16]) {
        let instance = self.instance;
        self.pattern[site as usize] = pattern;
        for element in &instance.elements[instance.patterns[pattern as usize].elements.clone()] {
            if there.contains(&element.first) {
                continue;
            }
            let stop = (element.first as usize * self.n + site as usize) as u32;
            let after = self.offers[element.first as usize].after;
            self.link(stop, after);
            self.count(self.lane(after));
        }
    }

    /// Gives a site that has some visits the rest of the pattern that takes them in most cheaply. With no pattern that
    /// has all of them, they are taken out first.
    pub fn complete(&mut self, site: Node, there: &[u16]) {
        let instance = self.instance;
        let holds = |p: u32| {
            let elements = &instance.elements[instance.patterns[p as usize].elements.clone()];
            there.iter().all(|&group| elements.iter().any(|element| element.first == group))
        };
        self.find_offers(site, there);
        for &group in there {
            self.offers[group as usize] = Offer::default();
        }
        let (_, pattern) = self.best_pattern(site, holds);
        if pattern != NO_PATTERN {
            return self.put_in(site, pattern, there);
        }
        for &group in there {
            self.take_out((group as usize * self.n + site as usize) as u32);
        }
        self.find_offers(site, &[]);
        let (_, pattern) = self.best_pattern(site, |_| true);
        if pattern != NO_PATTERN {
            self.put_in(site, pattern, &[]);
        }
    }
}
