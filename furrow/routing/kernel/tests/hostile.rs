//! Inputs that nobody should send, and small ones whose best plan is known.

use furrow_kernel::anneal::Search;
use furrow_kernel::plan::{Fines, Plan};
use furrow_kernel::solve::solve;
use furrow_kernel::tables::Tables;
use furrow_kernel::tuning::Tuning;

/// The arrays of a small world: one base, one lane a day, all days allowed for single visits.
struct World {
    sites: usize,
    legs: Vec<f32>,
    points: Vec<f64>,
    measure: Vec<f64>,
    site_numbers: Vec<f64>,
    visits: Vec<u16>,
    classes: Vec<u32>,
    pattern_start: Vec<u32>,
    even: Vec<u32>,
    pattern_cost: Vec<f32>,
    element_start: Vec<u32>,
    element_groups: Vec<u16>,
    lane_ids: Vec<u16>,
    lane_numbers: Vec<f64>,
    group_numbers: Vec<u32>,
    opening_of: Vec<u16>,
    span_start: Vec<u32>,
    spans: Vec<f32>,
    wishes: Vec<f32>,
    clocks: bool,
    soft: bool,
    workload: f64,
}

const DAY: f64 = 480.0;

/// Sites on a line at 1, 2, 3 … minutes from the base.
fn line(sites: usize, days: usize) -> World {
    let places = sites + 1;
    let at = |place: usize| if place == sites { 0.0 } else { (place + 1) as f32 };
    let legs = (0..places * places).map(|i| (at(i / places) - at(i % places)).abs()).collect();
    let lane = [f64::INFINITY, DAY, DAY, 3.0, 540.0, 1020.0, 1020.0, f64::INFINITY, 0.0];
    World {
        sites,
        legs,
        points: Vec::new(),
        measure: Vec::new(),
        site_numbers: (0..sites).flat_map(|_| [10.0, 1.0, 10_000.0]).collect(),
        visits: vec![1; sites],
        classes: vec![0; sites],
        pattern_start: (0..=sites).map(|site| (site * days) as u32).collect(),
        even: vec![days as u32; sites],
        pattern_cost: vec![0.0; sites * days],
        element_start: (0..=sites * days).map(|pattern| pattern as u32).collect(),
        element_groups: (0..sites * days).flat_map(|pattern| [(pattern % days) as u16, 1]).collect(),
        lane_ids: (0..days).flat_map(|day| [day as u16, sites as u16, sites as u16]).collect(),
        lane_numbers: (0..days).flat_map(|_| lane).collect(),
        group_numbers: (0..days).flat_map(|_| [0, u32::MAX]).collect(),
        opening_of: Vec::new(),
        span_start: vec![0],
        spans: Vec::new(),
        wishes: Vec::new(),
        clocks: false,
        soft: false,
        workload: 0.0,
    }
}

impl World {
    fn tables(&self) -> Tables<'_> {
        Tables {
            sites: self.sites,
            bases: 1,
            reps: 1,
            neighbors: 30,
            soft: self.soft,
            clocks: self.clocks,
            ratio: 1.0,
            compactness: 0.0,
            workload: self.workload,
            easy_day: 0.0,
            legs: &self.legs,
            minutes: &[],
            points: &self.points,
            measure: &self.measure,
            site_numbers: &self.site_numbers,
            visits: &self.visits,
            classes: &self.classes,
            pattern_start: &self.pattern_start,
            even: &self.even,
            pattern_cost: &self.pattern_cost,
            element_start: &self.element_start,
            element_groups: &self.element_groups,
            lane_ids: &self.lane_ids,
            lane_numbers: &self.lane_numbers,
            group_numbers: &self.group_numbers,
            class_limits: &[],
            opening_of: &self.opening_of,
            span_start: &self.span_start,
            spans: &self.spans,
            wishes: &self.wishes,
            profile: &[],
        }
    }

    /// Cost, visits made, iterations.
    fn solved(&self, iterations: u64, seed: u64) -> (f64, usize, u64) {
        let instance = self.tables().instance().unwrap();
        let part =
            |done: u64, _best: f64| if done < iterations { done as f64 / iterations as f64 } else { 1.0 };
        let (best, done) = solve(&instance, seed, Tuning::default(), part);
        (best.cost, best.routes.iter().map(Vec::len).sum(), done)
    }

    fn refused(&self) -> String {
        self.tables().instance().err().unwrap_or_default()
    }
}

#[test]
fn a_line_is_driven_there_and_back_on_one_day() {
    assert_eq!(line(5, 5).solved(300, 1), (10.0, 5, 300));
}

/// Else getting ready would pass for slow steps, and the search would begin as cold as if there were time for few.
#[test]
fn a_budget_used_before_the_first_step_does_not_end_the_probe() {
    let world = World { soft: false, ..line(5, 5) };
    let instance = world.tables().instance().unwrap();
    let mut search = Search::new(&instance, 1, Tuning::default());
    let (before, used) = search.probe(2_000, 1.0, &mut |done, _| 0.5 + done as f64 / 1e6);
    assert!(search.iterations >= 2_000);
    assert_eq!((before, used), (0.5, 0.5 + search.iterations as f64 / 1e6));
}

/// The same line as points a metre apart, a minute each.
fn pointed(sites: usize, days: usize) -> World {
    let at = |place: usize| if place == sites { 0.0 } else { (place + 1) as f64 };
    World {
        legs: Vec::new(),
        points: (0..=sites).flat_map(|place| [at(place), 0.0, 0.0]).collect(),
        measure: vec![0.0, 1.0, 1.0, f64::INFINITY, 1.0, 0.0, 1.0, 0.0],
        ..line(sites, days)
    }
}

#[test]
fn points_tell_what_a_table_tells() {
    assert_eq!(pointed(5, 5).solved(300, 1), line(5, 5).solved(300, 1));
    let mut world = pointed(5, 5);
    // beyond 4 metres at half the pace, and 2 minutes for each drive: 2 + 4 + 1 / 2 for the 5 metres back
    world.measure = vec![0.0, 1.0, 1.0, 4.0, 0.5, 2.0, 1.0, 0.0];
    assert_eq!(world.solved(300, 1).0, 5.0 + 5.0 * 2.0 + 2.0 + 4.5);
}

#[test]
fn points_and_measures_that_are_none_are_refused() {
    let mut world = pointed(3, 2);
    world.measure[2] = f64::NAN;
    assert_eq!(world.refused(), "bad input: how to measure");
    world = pointed(3, 2);
    world.points[4] = f64::INFINITY;
    assert_eq!(world.refused(), "bad input: a point that is no number");
    world = pointed(3, 2);
    world.points.pop();
    assert_eq!(world.refused(), "bad input: points");
}

#[test]
fn equal_work_every_day_where_the_longest_day_weighs() {
    let mut world = line(4, 4);
    world.workload = 100.0;
    // each day 10 minutes and the way: the longest is the farthest site's 18
    assert_eq!(world.solved(2000, 1).0, 2.0 + 4.0 + 6.0 + 8.0 + 1800.0);
}

#[test]
fn nobody_to_visit_and_one() {
    assert_eq!(line(0, 5).solved(100, 1), (0.0, 0, 0));
    assert_eq!(line(1, 1).solved(100, 1), (2.0, 1, 100));
    assert_eq!(line(1, 0).solved(100, 1), (10_000.0, 0, 100));
}

#[test]
fn a_year_of_days() {
    let (cost, made, _) = line(40, 366).solved(500, 3);
    assert_eq!((cost, made), (80.0, 40));
}

/// Days 1 and 65 share a bit of what patterns need: a free day must not open the other.
#[test]
fn a_full_day_stays_full_beside_a_free_one_of_the_same_bit() {
    let mut world = line(2, 70);
    world.pattern_start = vec![0, 2, 4];
    world.even = vec![2, 2];
    world.pattern_cost = vec![0.0; 4];
    world.element_start = (0..=4).collect();
    world.element_groups = vec![1, 1, 65, 1, 1, 1, 65, 1];
    world.group_numbers[2 * 65 + 1] = 1;
    world.group_numbers[3] = 1;
    assert_eq!(world.solved(300, 1), (6.0, 2, 300));
    world.group_numbers[3] = 0;
    assert_eq!(world.solved(300, 1), (10_002.0, 1, 300));
}

#[test]
fn identical_places_cost_nothing_between() {
    let mut world = line(12, 2);
    world.legs.fill(0.0);
    assert_eq!(world.solved(200, 1).0, 0.0);
}

#[test]
fn what_does_not_fit_stays_out() {
    let mut world = line(60, 1);
    assert!(world.solved(500, 1).1 < 48);
    world.soft = true;
    world.lane_numbers[0] = 7.0; // capacity
    assert_eq!(world.solved(30_000, 1).1, 7);
    world.lane_numbers[0] = 0.0;
    assert_eq!(world.solved(500, 1).1, 0);
}

#[test]
fn ways_that_do_not_exist_are_dearer_than_nobody() {
    let mut world = line(3, 2);
    world.legs.fill(1e7);
    assert_eq!(world.solved(200, 1).1, 0);
}

#[test]
fn hours_that_never_open() {
    let mut world = line(3, 2);
    world.clocks = true;
    world.opening_of = vec![0, 0, u16::MAX, u16::MAX, u16::MAX, 0];
    world.span_start = vec![0, 1];
    world.spans = vec![-1.0, -1.0];
    world.wishes = vec![0.0; 3];
    let (_, made, _) = world.solved(300, 1);
    assert_eq!(made, 2);
}

#[test]
fn several_visits_and_a_budget_that_ends_at_once() {
    let mut world = line(2, 2);
    world.visits = vec![2, 2];
    world.pattern_start = vec![0, 1, 2];
    world.even = vec![1, 1];
    world.pattern_cost = vec![1.0, 1.0];
    world.element_start = vec![0, 2, 4];
    world.element_groups = vec![0, 1, 1, 1, 0, 1, 1, 1];
    assert_eq!(world.solved(100, 1), (2.0 + 8.0, 4, 100));
    assert_eq!(world.solved(0, 1).2, 0);
}

#[test]
fn a_pattern_that_is_not_even_is_found_where_it_is_cheaper() {
    let mut world = line(2, 2);
    world.even = vec![1, 1];
    world.pattern_cost = vec![9.0, 1.0, 9.0, 1.0];
    assert_eq!(world.solved(300, 1), (4.0 + 2.0, 2, 300));
}

#[test]
fn a_site_that_finds_no_room_on_its_even_days_is_visited_on_another() {
    let mut world = line(2, 2);
    world.even = vec![1, 1];
    world.pattern_cost = vec![0.0, 3.0, 0.0, 3.0];
    world.lane_numbers[1] = 12.0;
    world.lane_numbers[2] = 12.0;
    assert_eq!(world.solved(300, 1), (2.0 + 4.0 + 3.0, 2, 300));
}

#[test]
fn the_same_seed_gives_the_same_plan() {
    let world = line(50, 3);
    for budget in [1, 7, 1999, 30_000] {
        let once = world.solved(budget, 5);
        assert_eq!(once, world.solved(budget, 5));
        assert_eq!(once.2, budget);
    }
}

#[test]
fn many_starts_and_crossings_visit_everybody_once() {
    let mut world = line(9, 3);
    world.soft = true;
    for lane in 0..3 {
        world.lane_numbers[9 * lane] = 3.0;
    }
    let instance = world.tables().instance().unwrap();
    for seed in 0..2 {
        let part = |done: u64, _best: f64| done as f64 / 60_000.0;
        let (best, _) = solve(&instance, seed, Tuning::default(), part);
        let mut stops: Vec<u16> = best.routes.concat();
        stops.sort_unstable();
        assert_eq!(stops, (0..9).collect::<Vec<u16>>());
        assert_eq!(best.cost, 2.0 * (3.0 + 6.0 + 9.0));
    }
}

#[test]
fn undo_gives_back_the_very_plan() {
    let mut world = line(30, 3);
    world.workload = 1.0;
    let instance = world.tables().instance().unwrap();
    let mut plan = Plan::new(&instance, Fines { load: 1.0, minutes: 1.0 });
    for node in 0..30u16 {
        let lane = node % 3;
        plan.choose(node, 3 * node as u32 + lane as u32);
        plan.insert(node, lane, 30, lane);
    }
    plan.weigh_work();
    plan.begin();
    let before = plan.snapshot();
    for node in (0..30u16).step_by(4) {
        plan.remove_site(node);
    }
    plan.choose(0, 2);
    plan.insert(0, 2, 30, 2);
    plan.undo();
    let after = plan.snapshot();
    assert_eq!((before.cost, before.routes, before.pattern), (after.cost, after.routes, after.pattern));
    let cost = plan.cost();
    plan.restore(&plan.snapshot());
    assert!((plan.cost() - cost).abs() < 1e-9);
}

#[test]
fn bad_arrays_are_refused_with_their_name() {
    type Spoil = fn(&mut World);
    let faults: [(&str, Spoil); 17] = [
        ("legs", |w| w.legs.truncate(2)),
        ("a leg that is no number", |w| w.legs[1] = f32::NAN),
        ("a leg that is no number", |w| w.legs[1] = f32::INFINITY),
        ("a number that is none", |w| w.site_numbers[0] = f64::NAN),
        ("sites", |w| w.visits.truncate(2)),
        ("lanes", |w| w.lane_ids[0] = 9),
        ("lanes", |w| w.lane_ids[1] = 0),
        ("lane numbers", |w| w.lane_numbers.truncate(2)),
        ("groups", |w| w.group_numbers[0] = 1),
        ("patterns", |w| w.pattern_start[1] = 99),
        ("even patterns of sites", |w| w.even.truncate(2)),
        ("even patterns", |w| w.even[0] = 3),
        ("even patterns", |w| w.even[0] = 0),
        ("elements", |w| w.element_start[1] = 99),
        ("groups of an element", |w| w.element_groups[0] = 2),
        ("a pattern with more visits than the site", |w| w.visits[0] = 0),
        ("openings of sites", |w| w.clocks = true),
    ];
    for (what, spoil) in faults {
        let mut world = line(3, 2);
        assert_eq!(world.refused(), "");
        spoil(&mut world);
        assert_eq!(world.refused(), format!("bad input: {what}"));
    }
}
