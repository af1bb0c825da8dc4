//! What is to be planned: places, visits wanted, patterns, lanes. Never changed by the search.
//!
//! Node numbers: 0 to n-1 are the sites, n and above the bases. A *lane* is one route to fill (a rep's shift of a
//! day). A *group* holds the lanes among which a visit may choose freely: the lanes of one rep's day, or of a day
//! when reps are interchangeable. A *pattern* is a set of elements, one per visit; an element is a run of groups
//! of which the cheapest takes the visit.

use crate::clock::{Hours, Opening, Wish};
use crate::ways::Ways;

pub type Node = u16;

/// No node, group, lane or pattern.
pub const NONE: u16 = u16::MAX;
pub const NO_PATTERN: u32 = u32::MAX;

/// A group among up to 64; where there are more, some share one.
#[inline]
pub fn bit(group: u16) -> u64 {
    1 << (group % 64)
}

#[derive(Clone, Copy)]
pub struct Element {
    pub first: u16,
    pub count: u16,
}

pub struct Pattern {
    pub cost: f32,
    pub elements: std::ops::Range<usize>,
}

#[derive(Clone)]
pub struct Lane {
    pub group: u16,
    pub base: Node,
    pub end: Node,
    pub capacity: f64,
    /// Minutes of driving and service that cost nothing extra.
    pub room: f64,
    /// Minutes that must not be exceeded.
    pub most: f64,
    /// What a minute between `room` and `most` costs.
    pub over: f64,
    /// The clock of the lane, where opening hours or wished hours need one.
    pub hours: Option<Hours>,
}

/// What holds for all lanes of a group together.
#[derive(Clone)]
pub struct Group {
    pub rep: u16,
    pub lanes: Vec<u16>,
    pub most_visits: u32,
    /// Most visits per class of sites.
    pub class_limits: Vec<(u8, u32)>,
}

/// Among which patterns a site may choose.
pub struct Choices {
    /// Per site.
    pub patterns_of: Vec<std::ops::Range<usize>>,
    /// Every group that some pattern of the site names.
    pub groups_wanted: Vec<Vec<u16>>,
}

pub struct Instance {
    pub sites: usize,
    pub groups: Vec<Group>,
    pub reps: usize,
    pub ways: Ways,
    /// From which minute which factor stretches drives; empty when it is always 1.
    pub profile: Vec<(f64, f64)>,
    /// Classes of each site as bits.
    pub classes: Vec<u32>,
    /// Index into `openings` per site and group, `NONE` where nothing is to watch. Empty without clocks.
    pub opening_of: Vec<u16>,
    pub openings: Vec<Opening>,
    /// Whether a clock needs no look beyond the next stop: no pause, no wishes, no profile, no overtime.
    pub plain_clock: bool,
    pub compactness: f64,
    pub workload: f64,
    pub easy_day: f64,
    pub service: Vec<f64>,
    pub demand: Vec<f64>,
    /// Price of leaving a site out of the plan.
    pub charge: Vec<f64>,
    pub visits: Vec<u16>,
    pub patterns: Vec<Pattern>,
    pub all: Choices,
    /// The even patterns, where some are not.
    pub even: Option<Choices>,
    pub elements: Vec<Element>,
    /// Per pattern, the groups it cannot do without, as bits of their number modulo 64.
    pub needs: Vec<u64>,
    pub lanes: Vec<Lane>,
    /// Other sites, nearest first.
    pub near: Vec<Vec<Node>>,
    /// Whether limits may be exceeded on the way at an adaptive price.
    pub soft: bool,
}

impl Instance {
    /// Minutes from a to b without regard to the hour.
    #[inline]
    pub fn minutes(&self, a: Node, b: Node) -> f64 {
        self.ways.minutes(a, b)
    }

    /// Whether no lane may go beyond its end and no visit would rather be later.
    pub fn patient(&self) -> bool {
        self.lanes.iter().all(|lane| lane.hours.is_some_and(|hours| hours.latest <= hours.end))
            && self.openings.iter().all(|opening| matches!(opening.wish, None | Some(Wish::Morning(_))))
    }

    /// Minutes that a visit between two places adds; `alone` when there was no drive between them.
    pub fn minutes_rise(&self, before: Node, node: Node, after: Node, alone: bool) -> f64 {
        let whole = if alone { 0.0 } else { self.minutes(before, after) };
        self.minutes(before, node) + self.minutes(node, after) - whole
    }

    /// Minutes from a to b for a drive that begins at `when`.
    #[inline]
    pub fn drive(&self, a: Node, b: Node, when: f64) -> f64 {
        let minutes = self.minutes(a, b);
        if self.profile.is_empty() {
            return minutes;
        }
        match self.profile.iter().rev().find(|band| when >= band.0) {
            Some(band) => minutes * band.1,
            None => minutes,
        }
    }

    #[inline]
    pub fn opening(&self, node: Node, group: u16) -> Option<&Opening> {
        let at = *self.opening_of.get(node as usize * self.groups.len() + group as usize)?;
        self.openings.get(at as usize)
    }

    #[inline]
    pub fn leg(&self, a: Node, b: Node) -> f32 {
        self.ways.leg(a, b)
    }
}
