//! The search kernel of the Furrow planner.
#![deny(unsafe_code)]
pub mod anneal;
pub mod boundary;
mod breed;
pub mod clock;
pub mod cross;
pub mod instance;
pub mod plan;
pub mod rng;
pub mod solve;
pub mod tables;
pub mod tuning;
mod validity;
pub mod ways;
