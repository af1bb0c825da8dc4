//! The C door: raw pointers become slices here and nowhere else; no panic leaves it.
#![allow(unsafe_code)]

use crate::solve::solve;
use crate::tables::Tables;
use crate::tuning::{Tuning, TUNABLE};
use crate::ways::MEASURES;
use std::any::Any;
use std::panic::{catch_unwind, set_hook, AssertUnwindSafe};
use std::slice::from_raw_parts_mut;
use std::sync::Once;

/// Keeps a panic's text off the terminal: it goes back as the reason.
static QUIET: Once = Once::new();

/// Counts and arrays as `native.py` lays them out; a comment gives each array's length.
#[repr(C)]
pub struct Input {
    pub sites: u32,
    pub bases: u32,
    pub groups: u32,
    pub reps: u32,
    pub lanes: u32,
    pub patterns: u32,
    pub elements: u32,
    pub openings: u32,
    pub spans: u32,
    pub class_limits: u32,
    pub profile_bands: u32,
    pub neighbors: u32,
    /// Bit 0: limits are soft. Bit 1: lanes have clocks. Bit 2: `minutes` is given. Bit 3: `points` stand for `legs`.
    pub flags: u32,
    pub reserved: u32,
    pub ratio: f64,
    pub compactness: f64,
    pub workload: f64,
    pub easy_day: f64,
    /// (sites + bases)², or none where there are points
    pub legs: *const f32,
    /// (sites + bases)² or none
    pub minutes: *const f32,
    /// 3 per site and base, or none: metres in space
    pub points: *const f64,
    /// With points 8: diameter, detour, pace, far, far pace, park, price of a minute, of a metre
    pub measure: *const f64,
    /// 3 per site: service, demand, charge
    pub site_numbers: *const f64,
    /// Per site: visits
    pub visits: *const u16,
    /// Per site: classes as bits
    pub classes: *const u32,
    /// sites + 1
    pub pattern_start: *const u32,
    /// Per site: how many of its patterns, the first, are even
    pub even: *const u32,
    /// Per pattern
    pub pattern_cost: *const f32,
    /// patterns + 1
    pub element_start: *const u32,
    /// 2 per element: first group, count
    pub element_groups: *const u16,
    /// 3 per lane: group, base, end
    pub lane_ids: *const u16,
    /// 9 per lane: capacity, room, most, over, start, end, latest, pause, pause minutes
    pub lane_numbers: *const f64,
    /// 2 per group: rep, most visits
    pub group_numbers: *const u32,
    /// 3 per class limit: group, class, most
    pub class_limit: *const u32,
    /// sites × groups with clocks, else none
    pub opening_of: *const u16,
    /// openings + 1
    pub span_start: *const u32,
    /// 2 per span
    pub span: *const f32,
    /// 3 per opening: kind (0 none, 1 morning, 2 afternoon, 3 near), minute, price
    pub wish: *const f32,
    /// 2 per band: from minute, factor
    pub profile: *const f64,
}

/// Safe only for pointers that `furrow_solve` was promised.
fn slice<'a, T>(at: *const T, len: usize) -> &'a [T] {
    if len == 0 || at.is_null() {
        &[]
    } else {
        unsafe { std::slice::from_raw_parts(at, len) }
    }
}

fn tables(input: &Input) -> Tables<'_> {
    let (n, places) = (input.sites as usize, (input.sites + input.bases) as usize);
    let clocks = input.flags & 2 != 0;
    let pointed = input.flags & 8 != 0;
    Tables {
        sites: n,
        bases: input.bases as usize,
        reps: input.reps as usize,
        neighbors: input.neighbors as usize,
        soft: input.flags & 1 != 0,
        clocks,
        ratio: input.ratio,
        compactness: input.compactness,
        workload: input.workload,
        easy_day: input.easy_day,
        legs: slice(input.legs, if pointed { 0 } else { places * places }),
        minutes: slice(input.minutes, if input.flags & 4 != 0 { places * places } else { 0 }),
        points: slice(input.points, if pointed { 3 * places } else { 0 }),
        measure: slice(input.measure, if pointed { MEASURES } else { 0 }),
        site_numbers: slice(input.site_numbers, 3 * n),
        visits: slice(input.visits, n),
        classes: slice(input.classes, n),
        pattern_start: slice(input.pattern_start, n + 1),
        even: slice(input.even, n),
        pattern_cost: slice(input.pattern_cost, input.patterns as usize),
        element_start: slice(input.element_start, input.patterns as usize + 1),
        element_groups: slice(input.element_groups, 2 * input.elements as usize),
        lane_ids: slice(input.lane_ids, 3 * input.lanes as usize),
        lane_numbers: slice(input.lane_numbers, 9 * input.lanes as usize),
        group_numbers: slice(input.group_numbers, 2 * input.groups as usize),
        class_limits: slice(input.class_limit, 3 * input.class_limits as usize),
        opening_of: slice(input.opening_of, if clocks { n * input.groups as usize } else { 0 }),
        span_start: slice(input.span_start, input.openings as usize + 1),
        spans: slice(input.span, 2 * input.spans as usize),
        wishes: slice(input.wish, 3 * input.openings as usize),
        profile: slice(input.profile, 2 * input.profile_bands as usize),
    }
}

/// Of the layout of `Input`; `native.py` knows the same number.
#[no_mangle]
pub extern "C" fn furrow_kernel_version() -> u32 {
    4
}

/// Searches until `part(iterations, best cost)` gives 1 and writes the best plan. 0 is success; -1 bad input or a defect,
/// with its message in `reason`.
///
/// # Safety
/// All pointers must be valid for the lengths that the counts of `input` give; `stops` for the sum of the visits.
#[no_mangle]
#[allow(clippy::too_many_arguments)]
pub unsafe extern "C" fn furrow_solve(
    input: *const Input,
    seed: u64,
    tuning: *const f64,
    part: extern "C" fn(u64, f64) -> f64,
    counts: *mut u32,
    stops: *mut u16,
    patterns: *mut u32,
    iterations: *mut u64,
    reason: *mut u8,
    reason_size: usize,
) -> i32 {
    let run = || -> Result<(), String> {
        let instance = tables(&*input).instance()?;
        let tuning =
            Tuning::suited(&instance).with(slice(tuning, if tuning.is_null() { 0 } else { TUNABLE }));
        let (best, done) = solve(&instance, seed, tuning, |done, best| part(done, best));
        let counts = from_raw_parts_mut(counts, instance.lanes.len());
        // no more than the visits of all sites: `validity.rs` lets no pattern have more
        let total = best.routes.iter().map(Vec::len).sum();
        let stops = from_raw_parts_mut(stops, total);
        let mut at = 0;
        for (count, route) in counts.iter_mut().zip(&best.routes) {
            *count = route.len() as u32;
            stops[at..at + route.len()].copy_from_slice(route);
            at += route.len();
        }
        from_raw_parts_mut(patterns, instance.sites).copy_from_slice(&best.pattern);
        *iterations = done;
        Ok(())
    };
    let Err(text) = guarded(run) else {
        return 0;
    };
    let length = text.len().min(reason_size.saturating_sub(1));
    from_raw_parts_mut(reason, length).copy_from_slice(&text.as_bytes()[..length]);
    *reason.add(length) = 0;
    -1
}

/// Runs it; a panic inside becomes an error with the panic's text.
fn guarded(run: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    QUIET.call_once(|| set_hook(Box::new(|_| ())));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(said(&*panic)))
}

/// The text of a panic.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".to_string())
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_an_error_with_its_text() {
        let nothing: Vec<u32> = Vec::new();
        let out_of_range = guarded(|| Err(nothing[nothing.len()].to_string())).unwrap_err();
        assert!(out_of_range.contains("index out of bounds"), "{out_of_range}");
        assert_eq!(guarded(|| panic!("a defect")).unwrap_err(), "a defect");
        assert_eq!(guarded(|| panic!("defect {}", 7)).unwrap_err(), "defect 7");
        assert_eq!(guarded(|| Err("bad input".to_string())).unwrap_err(), "bad input");
        assert!(guarded(|| Ok(())).is_ok());
    }
}
