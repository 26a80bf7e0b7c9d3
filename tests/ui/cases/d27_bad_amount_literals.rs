//! A payment of nothing, less than nothing, or no number.

use telecrm_runtime::amount;

fn main() {
    let _ = amount!("0");
    let _ = amount!("-5");
    let _ = amount!("five");
}
