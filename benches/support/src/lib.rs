//! Parts that several benchmarks share.

mod program;
pub mod server;

pub use program::{Run, built, peak_memory, run};

/// The median of several measurements.
#[must_use]
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
