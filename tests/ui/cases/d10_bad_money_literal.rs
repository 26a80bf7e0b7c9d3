//! Money that is not numeric.

use telecrm_runtime::money;

fn main() {
    let _ = money!("₹1,500");
}
