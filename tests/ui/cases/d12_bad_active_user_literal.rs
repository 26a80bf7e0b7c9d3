//! An active user that is not an email address.

use telecrm_runtime::active_user;

fn main() {
    let _ = active_user!("Jane Doe");
}
