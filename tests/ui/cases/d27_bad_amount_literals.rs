//! Amounts that are zero, negative or not a number.

use telecrm_runtime::amount;

fn main() {
    let _ = amount!("0");
    let _ = amount!("-5");
    let _ = amount!("five");
}
