//! How what was taken out comes back: one after the other, each at its cheapest place or pattern.

use super::Search;
use crate::instance::{bit, Element, Node, NO_PATTERN};
use crate::plan::least;
use crate::rng::Rng;
use std::ops::Range;

const ALL: u16 = u16::MAX;

impl Search<'_> {
    /// Puts all back, unless the plan cannot stay below `limit` any more: false then, and it has to be undone.
    pub(super) fn recreate(&mut self, limit: f64) -> bool {
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
        // what is charged for sites that still wait
        let mut waiting: f64 = self.whole.iter().map(|&node| instance.charge[node as usize]).sum();
        let mut cheap = true;
        for &(_, node, group) in &tasks {
            if group == ALL {
                self.place_site(node);
                waiting -= instance.charge[node as usize];
            } else {
                self.place_visit(node, group);
            }
            cheap = self.plan.cost() - waiting <= limit;
            if !cheap {
                break;
            }
        }
        for &node in &self.whole {
            self.forced[node as usize] = NO_PATTERN;
        }
        self.tasks = tasks;
        cheap
    }

    fn price(&mut self, node: Node) {
        self.plan.price(node, &self.wanted, || self.blinks.next(&mut self.rng, self.tuning.blink));
    }

    /// Makes sure of a group's offer.
    fn ask(&mut self, node: Node, group: u16) {
        self.plan.ask(node, group, || self.blinks.next(&mut self.rng, self.tuning.blink));
    }

    fn place_visit(&mut self, node: Node, group: u16) {
        self.plan.want_none();
        self.plan.want(group);
        self.wanted.clear();
        self.wanted.push(group);
        self.price(node);
        self.ask(node, group);
        let offer = self.plan.offer(group);
        if offer.price.is_finite() {
            self.plan.insert(node, group, offer.after, offer.lane);
        } else {
            self.plan.remove_site(node);
        }
    }

    fn place_site(&mut self, node: Node) {
        let instance = self.plan.instance;
        let choices = self.choices();
        let mut patterns = choices.patterns_of[node as usize].clone();
        self.plan.want_none();
        self.wanted.clear();
        let forced = self.forced[node as usize];
        if forced == NO_PATTERN {
            self.wanted.extend_from_slice(&choices.groups_wanted[node as usize]);
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
        let Some((price, pattern)) = self.cheapest(node, patterns) else {
            return;
        };
        if price as f64 >= instance.charge[node as usize] {
            return;
        }
        self.plan.choose(node, pattern);
        for &element in &instance.elements[instance.patterns[pattern as usize].elements.clone()] {
            let group = self.cheapest_group(element);
            let offer = self.plan.offer(group);
            self.plan.insert(node, group, offer.after, offer.lane);
        }
    }

    /// The pattern with the least price, sure of all its offers. Those that were not asked are never too dear, so a
    /// pattern that is the cheapest with what was asked is the cheapest of all.
    fn cheapest(&mut self, node: Node, patterns: Range<usize>) -> Option<(f32, u32)> {
        let instance = self.plan.instance;
        let mut prices = std::mem::take(&mut self.prices);
        prices.clear();
        let open = self.wanted.iter().filter(|&&group| self.plan.offer(group).price < f32::INFINITY);
        let open = open.fold(0, |open, &group| open | bit(group));
        for (&needs, pattern) in instance.needs[patterns.clone()].iter().zip(patterns) {
            if needs & !open == 0 {
                prices.push((self.pattern_price(pattern), pattern as u32));
            }
        }
        let found = loop {
            let Some((at, price)) = least(prices.iter().map(|&(price, _)| price)) else {
                break None;
            };
            let pattern = prices[at].1;
            for &element in &instance.elements[instance.patterns[pattern as usize].elements.clone()] {
                self.ask(node, self.cheapest_group(element));
            }
            let sure = self.pattern_price(pattern as usize);
            if sure == price {
                break Some((price, pattern));
            }
            prices[at].0 = sure;
        };
        self.prices = prices;
        found
    }

    #[inline]
    fn pattern_price(&self, pattern: usize) -> f32 {
        let instance = self.plan.instance;
        let pattern = &instance.patterns[pattern];
        instance.elements[pattern.elements.clone()]
            .iter()
            .fold(pattern.cost, |price, &element| price + self.plan.offer(self.cheapest_group(element)).price)
    }

    /// Of an element's run.
    #[inline]
    fn cheapest_group(&self, element: Element) -> u16 {
        let mut best = element.first;
        for group in element.first + 1..element.first + element.count {
            if self.plan.offer(group).price < self.plan.offer(best).price {
                best = group;
            }
        }
        best
    }
}

/// How many places until one is overlooked.
pub(super) struct Blinks(pub u32);

impl Blinks {
    fn next(&mut self, rng: &mut Rng, rate: f64) -> bool {
        self.0 -= 1;
        if self.0 > 0 {
            return false;
        }
        self.0 = 1 + (-(1.0 - rng.unit()).ln() / rate) as u32;
        true
    }
}
