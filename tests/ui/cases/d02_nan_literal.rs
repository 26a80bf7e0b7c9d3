//! A number that JSON does not have.

use telecrm_runtime::number;

fn main() {
    let _ = number!(f64::NAN);
}
