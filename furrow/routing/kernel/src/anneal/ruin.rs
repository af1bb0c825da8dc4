//! What to take out: strings of neighboring stops on one day or on several, or an area whose days are exchanged.

use super::Search;
use crate::instance::Node;

impl Search<'_> {
    pub(super) fn string_sizes(&mut self, mean_lane: f64) -> (f64, usize) {
        let longest = self.tuning.longest_string.min(mean_lane).max(1.0);
        let most = 4.0 * self.tuning.mean_removed / (1.0 + longest) - 1.0;
        let strings = (self.rng.unit() * most.max(0.0) + 1.0) as usize;
        (longest, strings)
    }

    /// The visits of a string around `node` in its lane.
    fn string(&mut self, node: Node, group: u16, longest: f64, out: &mut Vec<Node>) {
        let base = self.plan.instance.sites as u16;
        let lane = self.plan.lane_at(node, group);
        let count = self.plan.lanes[lane as usize].count as usize;
        let most = longest.min(count as f64);
        let length = (1.0 + self.rng.unit() * most) as usize;
        let length = length.min(count).max(1);
        let mut spared = 0;
        if length > 1 && length < count && self.rng.unit() < 0.5 {
            spared = 1;
            while length + spared < count && self.rng.unit() > 0.01 {
                spared += 1;
                if spared >= length {
                    break;
                }
            }
        }
        let span = length + spared;
        let mut first = node;
        let mut back = self.rng.below(span);
        while back > 0 && self.plan.prev_of(first, group) < base {
            first = self.plan.prev_of(first, group);
            back -= 1;
        }
        let skip_from = if spared > 0 { self.rng.below(length + 1) } else { usize::MAX };
        let mut at = 0;
        let mut current = first;
        while at < span && current < base {
            if at < skip_from || at >= skip_from.saturating_add(spared) {
                out.push(current);
            }
            current = self.plan.next_of(current, group);
            at += 1;
        }
    }

    /// Strings of one day near a site; the visits go back to that day.
    pub(super) fn ruin_group(&mut self) {
        let instance = self.plan.instance;
        let seed = self.rng.below(instance.sites) as u16;
        let groups = self.plan.groups_of(seed);
        if groups.is_empty() {
            return self.ruin_sites();
        }
        let group = groups[self.rng.below(groups.len())];
        let lanes = &instance.groups[group as usize].lanes;
        let (mut used, mut total) = (0u32, 0u32);
        for &lane in lanes {
            let count = self.plan.lanes[lane as usize].count;
            used += (count > 0) as u32;
            total += count;
        }
        let (longest, strings) = self.string_sizes(total as f64 / used.max(1) as f64);
        let mut hit = 0;
        let mut found = Vec::with_capacity(24);
        for i in 0..=instance.near[seed as usize].len() {
            let node = if i == 0 { seed } else { instance.near[seed as usize][i - 1] };
            if !self.plan.groups_of(node).contains(&group) {
                continue;
            }
            let lane = self.plan.lane_at(node, group) as usize;
            if self.lane_hit[lane] == self.mark {
                continue;
            }
            self.lane_hit[lane] = self.mark;
            found.clear();
            self.string(node, group, longest, &mut found);
            for &node in &found {
                self.plan.remove(node, group);
                self.single.push((node, group));
            }
            hit += 1;
            if hit >= strings || hit >= used as usize {
                break;
            }
        }
    }

    /// Strings near a site on any days; all visits of the sites hit choose a pattern anew.
    pub(super) fn ruin_sites(&mut self) {
        let instance = self.plan.instance;
        let seed = self.rng.below(instance.sites) as u16;
        let (mut used, mut total) = (0u32, 0u32);
        for lane in &self.plan.lanes {
            used += (lane.count > 0) as u32;
            total += lane.count;
        }
        let (longest, strings) = self.string_sizes(total as f64 / used.max(1) as f64);
        let mut hit = 0;
        let mut found = Vec::with_capacity(24);
        for i in 0..=instance.near[seed as usize].len() {
            let node = if i == 0 { seed } else { instance.near[seed as usize][i - 1] };
            let groups = self.plan.groups_of(node);
            if groups.is_empty() {
                continue;
            }
            let group = groups[self.rng.below(groups.len())];
            let lane = self.plan.lane_at(node, group) as usize;
            if self.lane_hit[lane] == self.mark || self.site_hit[node as usize] == self.mark {
                continue;
            }
            self.lane_hit[lane] = self.mark;
            found.clear();
            self.string(node, group, longest, &mut found);
            for &node in &found {
                if self.site_hit[node as usize] != self.mark {
                    self.site_hit[node as usize] = self.mark;
                    self.whole.push(node);
                }
            }
            hit += 1;
            if hit >= strings {
                break;
            }
        }
        for i in 0..self.whole.len() {
            self.plan.remove_site(self.whole[i]);
        }
    }

    /// Exchanges two groups for all sites of an area whose patterns allow it.
    pub(super) fn swap_days(&mut self) {
        let instance = self.plan.instance;
        let seed = self.rng.below(instance.sites) as u16;
        let groups = self.plan.groups_of(seed);
        if groups.is_empty() {
            return self.ruin_sites();
        }
        let one = groups[self.rng.below(groups.len())];
        let wanted = &self.choices().groups_wanted[seed as usize];
        let other = wanted[self.rng.below(wanted.len())];
        let size = 1 + self.rng.below(self.tuning.area as usize);
        let mut i = 0;
        while self.whole.len() < size && i <= instance.near[seed as usize].len() {
            let node = if i == 0 { seed } else { instance.near[seed as usize][i - 1] };
            i += 1;
            let groups = self.plan.groups_of(node);
            if groups.contains(&one) == groups.contains(&other) {
                continue;
            }
            if let Some(pattern) = self.exchanged(node, one, other) {
                self.forced[node as usize] = pattern;
                self.site_hit[node as usize] = self.mark;
                self.whole.push(node);
            }
        }
        for i in 0..self.whole.len() {
            self.plan.remove_site(self.whole[i]);
        }
    }

    /// The pattern of the site with one group in place of the other.
    fn exchanged(&self, node: Node, one: u16, other: u16) -> Option<u32> {
        let instance = self.plan.instance;
        let now = self.plan.groups_of(node);
        let turned = |group: u16| match group {
            g if g == one => other,
            g if g == other => one,
            g => g,
        };
        self.choices().patterns_of[node as usize].clone().map(|p| p as u32).find(|&p| {
            instance.elements[instance.patterns[p as usize].elements.clone()].iter().all(|element| {
                let run = element.first..element.first + element.count;
                now.iter().any(|&group| run.contains(&turned(group)))
            })
        })
    }

    /// Sites that were out before try again, a few at a time.
    pub(super) fn call_absent(&mut self) {
        let mut called = 0;
        for i in 0..self.plan.absent.len() {
            let node = self.plan.absent[i];
            if self.site_hit[node as usize] != self.mark && !self.whole.contains(&node) {
                self.whole.push(node);
                called += 1;
                if called >= 10 {
                    break;
                }
            }
        }
    }
}
