//! Malformed phones.

use telecrm_runtime::phone;

fn main() {
    let _ = phone!("+91 98765 43210");
    let _ = phone!("98 765");
    let _ = phone!("09876543210");
    let _ = phone!("98765");
    let _ = phone!("+91-9876543210");
}
