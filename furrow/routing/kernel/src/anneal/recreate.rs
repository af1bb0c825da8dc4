//! How what was taken out comes back: one after the other, each at its cheapest place or pattern.

use super::Search;
use crate::instance::{Node, NO_PATTERN};

const ALL: u16 = u16::MAX;

impl Search<'_> {
    pub(super) fn recreate(&mut self) {
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
