//! What must hold for the arrays of the C door, so that the search never meets an index out of range.

use crate::instance::NONE;
use crate::plan::CLASSES;
use crate::tables::Tables;
use crate::ways::MEASURES;

fn need(holds: bool, what: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(format!("bad input: {what}"))
    }
}

/// Whether `starts` cuts `total` things into `count` runs.
fn cuts(starts: &[u32], count: usize, total: usize) -> bool {
    starts.len() == count + 1
        && starts[0] == 0
        && starts[count] as usize == total
        && starts.windows(2).all(|pair| pair[0] <= pair[1])
}

impl Tables<'_> {
    pub(crate) fn check(&self) -> Result<(), String> {
        let places = self.sites + self.bases;
        need(places < NONE as usize && self.bases > 0, "places")?;
        self.check_ways(places)?;
        let numbers = [self.ratio, self.compactness, self.workload, self.easy_day];
        need(numbers.iter().chain(self.site_numbers).all(|x| x.is_finite()), "a number that is none")?;
        need(self.site_numbers.len() == 3 * self.sites, "site numbers")?;
        need(self.visits.len() == self.sites && self.classes.len() == self.sites, "sites")?;
        self.check_lanes(places)?;
        self.check_patterns()?;
        self.check_openings()
    }

    /// Either a table of all pairs, or points and how to measure between them.
    fn check_ways(&self, places: usize) -> Result<(), String> {
        if !self.points.is_empty() {
            need(self.points.len() == 3 * places && self.measure.len() == MEASURES, "points")?;
            need(self.legs.is_empty() && self.minutes.is_empty(), "points beside legs")?;
            need(self.points.iter().all(|x| x.is_finite()), "a point that is no number")?;
            return need(self.measure.iter().all(|x| *x >= 0.0), "how to measure");
        }
        need(self.legs.len() == places * places, "legs")?;
        need(self.minutes.is_empty() || self.minutes.len() == self.legs.len(), "minutes")?;
        need(self.legs.iter().chain(self.minutes).all(|leg| leg.is_finite()), "a leg that is no number")
    }

    fn check_lanes(&self, places: usize) -> Result<(), String> {
        let (lanes, groups) = (self.lane_ids.len() / 3, self.group_numbers.len() / 2);
        need(lanes < NONE as usize && groups < NONE as usize, "too many lanes")?;
        need(self.lane_numbers.len() == 9 * lanes, "lane numbers")?;
        need(self.lane_numbers.iter().all(|x| !x.is_nan()), "a lane number that is none")?;
        let base = |id: u16| (self.sites..places).contains(&(id as usize));
        let fits = |ids: &[u16]| (ids[0] as usize) < groups && base(ids[1]) && base(ids[2]);
        need(self.lane_ids.chunks_exact(3).all(fits), "lanes")?;
        need(self.group_numbers.chunks_exact(2).all(|g| (g[0] as usize) < self.reps), "groups")?;
        let fits = |limit: &[u32]| (limit[0] as usize) < groups && (limit[1] as usize) < CLASSES;
        need(self.class_limits.chunks_exact(3).all(fits), "class limits")
    }

    fn check_patterns(&self) -> Result<(), String> {
        let groups = self.group_numbers.len() / 2;
        let (patterns, elements) = (self.pattern_cost.len(), self.element_groups.len() / 2);
        need(cuts(self.pattern_start, self.sites, patterns), "patterns")?;
        let some = |(run, &even): (&[u32], &u32)| even <= run[1] - run[0] && (even > 0 || run[0] == run[1]);
        need(self.even.len() == self.sites, "even patterns of sites")?;
        need(self.pattern_start.windows(2).zip(self.even).all(some), "even patterns")?;
        need(cuts(self.element_start, patterns, elements), "elements")?;
        need(self.pattern_cost.iter().all(|cost| cost.is_finite()), "a pattern's cost")?;
        let fits = |e: &[u16]| e[1] > 0 && e[0] as usize + e[1] as usize <= groups;
        need(self.element_groups.chunks_exact(2).all(fits), "groups of an element")?;
        for (run, &visits) in self.pattern_start.windows(2).zip(self.visits) {
            for pattern in run[0] as usize..run[1] as usize {
                let (from, to) = (self.element_start[pattern], self.element_start[pattern + 1]);
                let mut spans: Vec<(u16, u16)> = self.element_groups[2 * from as usize..2 * to as usize]
                    .chunks_exact(2)
                    .map(|e| (e[0], e[0] + e[1]))
                    .collect();
                spans.sort_unstable();
                need(spans.len() <= visits as usize, "a pattern with more visits than the site")?;
                need(spans.windows(2).all(|pair| pair[0].1 <= pair[1].0), "a pattern twice on a day")?;
            }
        }
        Ok(())
    }

    fn check_openings(&self) -> Result<(), String> {
        let (openings, groups) = (self.wishes.len() / 3, self.group_numbers.len() / 2);
        need(cuts(self.span_start, openings, self.spans.len() / 2), "openings")?;
        need(!self.clocks || self.opening_of.len() == self.sites * groups, "openings of sites")?;
        let fits = |&at: &u16| at == NONE || (at as usize) < openings;
        need(self.opening_of.iter().all(fits), "an opening")?;
        let mut floats = self.spans.iter().chain(self.wishes);
        need(floats.all(|x| x.is_finite()), "an hour that is no number")?;
        need(self.profile.iter().all(|x| x.is_finite()), "the profile")
    }
}
