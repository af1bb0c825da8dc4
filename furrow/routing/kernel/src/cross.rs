//! Several good plans at once, and a new one from two of them: in one area the second plan's patterns are taken over.
//!
//! Two plans may be the same but for the names of days. Where every site's patterns allow it, the second plan's
//! days are renamed first so that as many sites as possible agree.

use crate::anneal::Search;
use crate::instance::{Instance, Node, Pattern, NO_PATTERN};
use crate::plan::Snapshot;
use std::collections::HashMap;
use std::ops::Range;

/// The best plans found so far, cheapest first.
pub struct Elites {
    most: usize,
    pub plans: Vec<Snapshot>,
}

impl Elites {
    pub fn new(most: usize) -> Elites {
        Elites { most: most.max(1), plans: Vec::new() }
    }

    /// Takes a plan in unless it is none or one like it is there.
    pub fn add(&mut self, plan: Snapshot) {
        if !plan.cost.is_finite() || self.plans.iter().any(|other| (other.cost - plan.cost).abs() < 1e-6) {
            return;
        }
        let at = self.plans.partition_point(|other| other.cost < plan.cost);
        self.plans.insert(at, plan);
        self.plans.truncate(self.most);
    }
}

/// A way to rename the groups that every site's patterns allow: the new pattern for each pattern, the old group for each.
struct Renaming {
    patterns: Vec<u32>,
    before: Vec<u16>,
}

/// Groups up to which renamings are looked for: they are as many as the groups, and each looks at every pattern.
const MOST_RENAMED: usize = 60;

/// All renamings that are looked for, the one that changes nothing first.
pub struct Renamings {
    found: Vec<Renaming>,
}

impl Renamings {
    pub fn new(instance: &Instance) -> Renamings {
        let mut found = vec![Renaming {
            patterns: (0..instance.patterns.len() as u32).collect(),
            before: (0..instance.groups.len() as u16).collect(),
        }];
        let few = instance.groups.len() <= MOST_RENAMED;
        if few && instance.elements.iter().all(|element| element.count == 1) {
            let names = Names::new(instance);
            for order in orders(instance.groups.len()) {
                if order.iter().enumerate().all(|(a, &b)| alike(instance, a, b as usize)) {
                    found.extend(renaming(instance, &order, &names));
                }
            }
        }
        Renamings { found }
    }

    /// The number of the renaming with which the second plan's patterns agree with the first's in most sites.
    pub fn agreeing(&self, first: &[u32], second: &[u32]) -> usize {
        let agree =
            |&i: &usize| first.iter().zip(second).filter(|&(&a, &b)| a == self.new_pattern(i, b)).count();
        // the first of equals, so that the result does not depend on the search for the most
        (0..self.found.len()).rev().max_by_key(agree).unwrap_or(0)
    }

    /// What a pattern is called after renaming.
    pub fn new_pattern(&self, renaming: usize, pattern: u32) -> u32 {
        self.found[renaming].patterns.get(pattern as usize).copied().unwrap_or(pattern)
    }

    /// What a group was called before renaming.
    pub fn before(&self, renaming: usize, group: usize) -> usize {
        self.found[renaming].before[group] as usize
    }
}

/// Orders of so many groups: all of a few; else turned and mirrored ones.
fn orders(groups: usize) -> Vec<Vec<u16>> {
    let straight: Vec<u16> = (0..groups as u16).collect();
    let mut made = Vec::new();
    if groups <= 6 {
        permute(&mut straight.clone(), 0, &mut made);
    } else {
        for turn in 0..groups {
            let mut turned = straight.clone();
            turned.rotate_left(turn);
            made.push(turned.clone());
            turned.reverse();
            made.push(turned);
        }
    }
    made.retain(|order| *order != straight);
    made
}

fn permute(order: &mut Vec<u16>, from: usize, made: &mut Vec<Vec<u16>>) {
    if from == order.len() {
        return made.push(order.clone());
    }
    for i in from..order.len() {
        order.swap(from, i);
        permute(order, from + 1, made);
        order.swap(from, i);
    }
}

/// Whether two groups have lanes of the same kind.
fn alike(instance: &Instance, a: usize, b: usize) -> bool {
    let (one, other) = (&instance.groups[a], &instance.groups[b]);
    one.rep == other.rep
        && one.most_visits == other.most_visits
        && one.lanes.len() == other.lanes.len()
        && one.lanes.iter().zip(&other.lanes).all(|(&a, &b)| {
            let (a, b) = (&instance.lanes[a as usize], &instance.lanes[b as usize]);
            (a.base, a.end, a.capacity, a.most) == (b.base, b.end, b.capacity, b.most)
        })
}

/// What tells the patterns of a site apart: their groups in order and their cost.
type Name = (Vec<u16>, u32);

/// The name of each pattern, and per site the first pattern of each name.
struct Names {
    of: Vec<Name>,
    first: Vec<HashMap<Name, u32>>,
}

impl Names {
    fn new(instance: &Instance) -> Names {
        let name = |p: &Pattern| {
            let elements = &instance.elements[p.elements.clone()];
            (sorted(elements.iter().map(|element| element.first)), p.cost.to_bits())
        };
        let of: Vec<Name> = instance.patterns.iter().map(name).collect();
        let first = |run: &Range<usize>| run.clone().rev().map(|p| (of[p].clone(), p as u32)).collect();
        let first = instance.all.patterns_of.iter().map(first).collect();
        Names { of, first }
    }
}

fn sorted(groups: impl Iterator<Item = u16>) -> Vec<u16> {
    let mut groups: Vec<u16> = groups.collect();
    groups.sort_unstable();
    groups
}

fn renaming(instance: &Instance, order: &[u16], names: &Names) -> Option<Renaming> {
    let mut patterns = vec![NO_PATTERN; instance.patterns.len()];
    for (run, known) in instance.all.patterns_of.iter().zip(&names.first) {
        for p in run.clone() {
            let (groups, cost) = &names.of[p];
            let renamed = sorted(groups.iter().map(|&group| order[group as usize]));
            patterns[p] = *known.get(&(renamed, *cost))?;
        }
    }
    let mut before = vec![0; order.len()];
    for (old, &new) in order.iter().enumerate() {
        before[new as usize] = old as u16;
    }
    Some(Renaming { patterns, before })
}

impl Search<'_> {
    /// Makes the current plan the first one, with the second one's patterns in an area around some site.
    pub fn cross(&mut self, first: &Snapshot, second: &Snapshot, renamings: &Renamings) {
        let instance = self.plan.instance;
        self.plan.restore(first);
        let names = renamings.agreeing(&first.pattern, &second.pattern);
        let center = self.rng.below(instance.sites) as Node;
        let size = (instance.sites as f64 * (0.2 + 0.5 * self.rng.unit())) as usize;
        let mut area: Vec<Node> = (0..instance.sites as Node).collect();
        area.sort_by(|&a, &b| instance.leg(center, a).total_cmp(&instance.leg(center, b)).then(a.cmp(&b)));
        area.truncate(size.max(1));
        let wanted: Vec<(Node, u32)> = area
            .into_iter()
            .map(|node| (node, renamings.new_pattern(names, second.pattern[node as usize])))
            .filter(|&(node, p)| p != NO_PATTERN && p != first.pattern[node as usize])
            .collect();
        self.put_on(&wanted);
    }
}
