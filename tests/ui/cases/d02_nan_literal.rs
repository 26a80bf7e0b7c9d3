//! A number that JSON cannot represent.

use telecrm_runtime::number;

fn main() {
    let _ = number!(f64::NAN);
}
