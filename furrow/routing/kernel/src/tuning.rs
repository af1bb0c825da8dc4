//! The numbers that steer the search; benches may turn them.

use crate::instance::Instance;

#[derive(Clone, Copy)]
pub struct Tuning {
    pub mean_removed: f64,
    pub longest_string: f64,
    pub day_only: f64,
    pub swap: f64,
    pub hot: f64,
    pub cold: f64,
    pub blink: f64,
    pub area: f64,
    pub start: f64,
    pub leg: f64,
    pub warm: f64,
    pub share: f64,
    pub elites: f64,
    pub breed: f64,
    pub stale: f64,
    pub round: f64,
    pub even: f64,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning {
            mean_removed: 10.0,
            longest_string: 10.0,
            day_only: 0.4,
            swap: 0.05,
            hot: 2.0,
            cold: 0.02,
            blink: 0.01,
            area: 20.0,
            start: 3000.0,
            leg: 500.0,
            warm: 0.3,
            share: 0.5,
            elites: 6.0,
            breed: 0.7,
            stale: 4000.0,
            round: 1000.0,
            even: 0.6,
        }
    }
}

impl Tuning {
    /// What suits the instance. One rep's full days call for more heat, and for other patterns more often.
    pub fn suited(instance: &Instance) -> Tuning {
        match instance.soft {
            true => Tuning::default(),
            false => Tuning { hot: 6.0, warm: 0.25, day_only: 0.2, longest_string: 5.0, ..Tuning::default() },
        }
    }
}

impl Tuning {
    /// Less heat where there are only so many iterations for each visit: what is not cooled slowly ends badly.
    pub fn cooler(self, each: f64) -> Tuning {
        Tuning { hot: self.hot * (each / SLOW).powf(0.4).clamp(0.2, 1.0), ..self }
    }
}

/// Iterations for each visit that suffice for all the heat.
const SLOW: f64 = 400.0;

/// How many numbers `Tuning::with` takes.
pub const TUNABLE: usize = 17;

impl Tuning {
    /// With other values, in the order of the fields; NaN keeps one as it is.
    pub fn with(mut self, values: &[f64]) -> Tuning {
        let fields: [&mut f64; TUNABLE] = [
            &mut self.mean_removed,
            &mut self.longest_string,
            &mut self.day_only,
            &mut self.swap,
            &mut self.hot,
            &mut self.cold,
            &mut self.blink,
            &mut self.area,
            &mut self.start,
            &mut self.leg,
            &mut self.warm,
            &mut self.share,
            &mut self.elites,
            &mut self.breed,
            &mut self.stale,
            &mut self.round,
            &mut self.even,
        ];
        for (field, &value) in fields.into_iter().zip(values) {
            if !value.is_nan() {
                *field = value;
            }
        }
        self
    }
}
