//! The flat arrays of the C door, checked and turned into an `Instance`.

use crate::clock::{Hours, Opening, Wish};
use crate::instance::{bit, Choices, Element, Group, Instance, Lane, Pattern};
use crate::ways::{Points, Ways};
use std::ops::Range;

pub struct Tables<'a> {
    pub sites: usize,
    pub bases: usize,
    pub reps: usize,
    pub neighbors: usize,
    pub soft: bool,
    pub clocks: bool,
    pub ratio: f64,
    pub compactness: f64,
    pub workload: f64,
    pub easy_day: f64,
    pub legs: &'a [f32],
    pub minutes: &'a [f32],
    pub points: &'a [f64],
    pub measure: &'a [f64],
    pub site_numbers: &'a [f64],
    pub visits: &'a [u16],
    pub classes: &'a [u32],
    pub pattern_start: &'a [u32],
    pub even: &'a [u32],
    pub pattern_cost: &'a [f32],
    pub element_start: &'a [u32],
    pub element_groups: &'a [u16],
    pub lane_ids: &'a [u16],
    pub lane_numbers: &'a [f64],
    pub group_numbers: &'a [u32],
    pub class_limits: &'a [u32],
    pub opening_of: &'a [u16],
    pub span_start: &'a [u32],
    pub spans: &'a [f32],
    pub wishes: &'a [f32],
    pub profile: &'a [f64],
}

impl Tables<'_> {
    /// The instance, or what is wrong with the arrays.
    pub fn instance(&self) -> Result<Instance, String> {
        self.check()?;
        Ok(self.made())
    }

    fn made(&self) -> Instance {
        let lanes = self.lanes();
        let groups = self.groups(&lanes);
        let elements: Vec<Element> = self
            .element_groups
            .chunks_exact(2)
            .map(|pair| Element { first: pair[0], count: pair[1] })
            .collect();
        let patterns: Vec<Pattern> = self
            .pattern_cost
            .iter()
            .zip(self.element_start.windows(2))
            .map(|(&cost, run)| Pattern { cost, elements: run[0] as usize..run[1] as usize })
            .collect();
        let all: Vec<_> = self.pattern_start.windows(2).map(|run| run[0] as usize..run[1] as usize).collect();
        let even: Vec<_> =
            all.iter().zip(self.even).map(|(run, &count)| run.start..run.start + count as usize).collect();
        let even = (even != all).then(|| choices(even, &patterns, &elements));
        let needed = |pattern: &Pattern| {
            let single = elements[pattern.elements.clone()].iter().filter(|element| element.count == 1);
            single.fold(0, |needs, element| needs | bit(element.first))
        };
        let needs = patterns.iter().map(needed).collect();
        let openings = self.openings();
        let plain_clock = self.profile.is_empty()
            && openings.iter().all(|opening| opening.wish.is_none())
            && lanes
                .iter()
                .all(|lane| lane.hours.is_none_or(|h| h.pause == f64::INFINITY && h.latest <= h.end));
        let ways = self.ways();
        let numbers = |at: usize| self.site_numbers.iter().skip(at).step_by(3).copied().collect();
        Instance {
            sites: self.sites,
            reps: self.reps,
            groups,
            profile: self.profile.chunks_exact(2).map(|band| (band[0], band[1])).collect(),
            classes: self.classes.to_vec(),
            opening_of: self.opening_of.to_vec(),
            openings,
            plain_clock,
            compactness: self.compactness,
            workload: self.workload,
            easy_day: self.easy_day,
            service: numbers(0),
            demand: numbers(1),
            charge: numbers(2),
            visits: self.visits.to_vec(),
            all: choices(all, &patterns, &elements),
            even,
            patterns,
            needs,
            elements,
            lanes,
            near: ways.near(self.sites, self.neighbors),
            ways,
            soft: self.soft,
        }
    }

    fn places(&self) -> usize {
        self.sites + self.bases
    }

    fn ways(&self) -> Ways {
        let turned = self.turned(self.legs);
        Ways {
            stride: self.places(),
            back: if turned == self.legs { Vec::new() } else { turned },
            out: self.legs.to_vec(),
            ratio: self.ratio as f32,
            minutes: self.minutes.to_vec(),
            points: (!self.points.is_empty()).then(|| self.points()),
        }
    }

    fn points(&self) -> Points {
        let number = |at: usize| self.measure[at];
        Points {
            at: self.points.chunks_exact(3).map(|point| [point[0], point[1], point[2]]).collect(),
            diameter: number(0),
            detour: number(1),
            pace: number(2),
            far: number(3),
            far_pace: number(4),
            park: number(5),
            per_minute: number(6),
            per_metre: number(7),
        }
    }

    fn turned(&self, matrix: &[f32]) -> Vec<f32> {
        let places = self.places();
        let mut turned = vec![0.0; matrix.len()];
        for (at, &leg) in matrix.iter().enumerate() {
            turned[at % places * places + at / places] = leg;
        }
        turned
    }

    fn lanes(&self) -> Vec<Lane> {
        self.lane_ids
            .chunks_exact(3)
            .zip(self.lane_numbers.chunks_exact(9))
            .map(|(ids, numbers)| Lane {
                group: ids[0],
                base: ids[1],
                end: ids[2],
                capacity: numbers[0],
                room: numbers[1],
                most: numbers[2],
                over: numbers[3],
                hours: self.clocks.then_some(Hours {
                    start: numbers[4],
                    end: numbers[5],
                    latest: numbers[6],
                    pause: numbers[7],
                    pause_minutes: numbers[8],
                }),
            })
            .collect()
    }

    fn groups(&self, lanes: &[Lane]) -> Vec<Group> {
        let mut groups: Vec<Group> = self
            .group_numbers
            .chunks_exact(2)
            .map(|numbers| Group {
                rep: numbers[0] as u16,
                lanes: Vec::new(),
                most_visits: numbers[1],
                class_limits: Vec::new(),
            })
            .collect();
        for (lane, limits) in lanes.iter().enumerate() {
            groups[limits.group as usize].lanes.push(lane as u16);
        }
        for limit in self.class_limits.chunks_exact(3) {
            groups[limit[0] as usize].class_limits.push((limit[1] as u8, limit[2]));
        }
        groups
    }

    fn openings(&self) -> Vec<Opening> {
        self.span_start
            .windows(2)
            .zip(self.wishes.chunks_exact(3))
            .map(|(run, wish)| Opening {
                spans: self.spans[2 * run[0] as usize..2 * run[1] as usize]
                    .chunks_exact(2)
                    .map(|span| (span[0], span[1]))
                    .collect(),
                wish: match wish[0] as u8 {
                    1 => Some(Wish::Morning(wish[2])),
                    2 => Some(Wish::Afternoon(wish[2])),
                    3 => Some(Wish::Near(wish[1], wish[2])),
                    _ => None,
                },
            })
            .collect()
    }
}

fn choices(patterns_of: Vec<Range<usize>>, patterns: &[Pattern], elements: &[Element]) -> Choices {
    let groups_wanted = patterns_of
        .iter()
        .map(|run| {
            let mut wanted: Vec<u16> = patterns[run.clone()]
                .iter()
                .flat_map(|pattern| &elements[pattern.elements.clone()])
                .flat_map(|element| element.first..element.first + element.count)
                .collect();
            wanted.sort_unstable();
            wanted.dedup();
            wanted
        })
        .collect();
    Choices { patterns_of, groups_wanted }
}
