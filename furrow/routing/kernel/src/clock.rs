//! The clock of one route: drives, waiting, opening hours, the pause, and what a visit's hour costs.
//!
//! Rules as in `timetable.py`: the pause falls on the first moment from its start that is neither visit nor
//! drive; after the last visit the rep drives home instead.

/// Stretches within which a whole visit must lie, and the hour it would rather begin at.
#[derive(Clone, Default)]
pub struct Opening {
    pub spans: Vec<(f32, f32)>,
    pub wish: Option<Wish>,
}

impl Opening {
    /// What a visit's wish costs and a later hour could save; a morning is not found later.
    pub fn hope(&self, after: Moment, before: Moment) -> f64 {
        match self.wish {
            None | Some(Wish::Morning(_)) => 0.0,
            Some(_) => after.wishes - before.wishes,
        }
    }

    /// Minutes by which a visit may begin later at the same cost and within the same stretch, without having waited.
    pub fn calm(&self, start: f64, start_then: f64, service: f64) -> f64 {
        let wish = match self.wish {
            Some(Wish::Near(..)) => -1.0,
            Some(_) if start < NOON => NOON - start_then - 1e-3,
            _ => f64::INFINITY,
        };
        let mut inside = self.spans.iter().filter(|span| start > span.0 as f64 + 1e-3);
        match inside.rfind(|span| start + service <= span.1 as f64) {
            _ if self.spans.is_empty() => wish,
            Some(span) => wish.min(span.1 as f64 - service - start_then),
            None => -1.0,
        }
    }
}

#[derive(Clone, Copy)]
pub enum Wish {
    /// Costs this much from noon on.
    Morning(f32),
    /// Costs this much before noon.
    Afternoon(f32),
    /// The minute, and what each minute away from it costs.
    Near(f32, f32),
}

const NOON: f64 = 720.0;

impl Wish {
    fn cost(self, start: f64) -> f64 {
        match self {
            Wish::Morning(price) if start >= NOON => price as f64,
            Wish::Afternoon(price) if start < NOON => price as f64,
            Wish::Near(minute, price) => (start - minute as f64).abs() * price as f64,
            _ => 0.0,
        }
    }
}

/// Hours of a lane with a clock.
#[derive(Clone, Copy)]
pub struct Hours {
    pub start: f64,
    pub end: f64,
    pub latest: f64,
    /// Start and minutes of the pause; infinite start without one.
    pub pause: f64,
    pub pause_minutes: f64,
}

/// Where the rep stands after a stop.
#[derive(Clone, Copy)]
pub struct Moment {
    pub leave: f64,
    pub paused: bool,
    /// What the hours of the visits cost so far.
    pub wishes: f64,
}

impl Hours {
    pub fn begin(&self) -> Moment {
        Moment { leave: self.start, paused: self.pause == f64::INFINITY, wishes: 0.0 }
    }

    /// From a stop, or from the base as the `first` visit, to the next one; `drive` gives the minutes of a drive that begins
    /// at an hour. None when the hours of the visit cannot be met.
    #[inline(always)]
    pub fn visit(
        &self,
        from: Moment,
        first: bool,
        drive: impl FnOnce(f64) -> f64,
        opening: Option<&Opening>,
        service: f64,
    ) -> Option<Moment> {
        let Moment { mut leave, mut paused, mut wishes } = from;
        let mut rest = |now: f64| {
            if !paused && now >= self.pause {
                paused = true;
                now + self.pause_minutes
            } else {
                now
            }
        };
        if !first {
            leave = rest(leave);
        }
        leave += drive(leave);
        leave = rest(leave);
        if let Some(opening) = opening {
            let mut start = first_opening(&opening.spans, leave, service)?;
            if !paused && start >= self.pause {
                paused = true;
                start = first_opening(&opening.spans, self.pause.max(leave) + self.pause_minutes, service)?;
            }
            leave = start;
            if let Some(wish) = opening.wish {
                wishes += wish.cost(start);
            }
        }
        leave += service;
        (leave <= self.latest + 1e-6).then_some(Moment { leave, paused, wishes })
    }

    /// When the rep is back at the end of the lane; None when that is too late.
    #[inline]
    pub fn home(&self, from: Moment, drive: impl FnOnce(f64) -> f64) -> Option<f64> {
        let back = from.leave + drive(from.leave);
        (back <= self.latest + 1e-6).then_some(back)
    }
}

fn first_opening(spans: &[(f32, f32)], now: f64, service: f64) -> Option<f64> {
    if spans.is_empty() {
        return Some(now);
    }
    spans.iter().find_map(|&(from, to)| {
        let start = now.max(from as f64);
        (start + service <= to as f64 + 1e-6).then_some(start)
    })
}
