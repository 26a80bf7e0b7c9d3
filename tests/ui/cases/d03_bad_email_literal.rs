//! A malformed email.

use telecrm_runtime::email;

fn main() {
    let _ = email!("jane.doe@example");
}
