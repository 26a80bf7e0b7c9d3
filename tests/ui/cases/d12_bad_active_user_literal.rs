//! An active user that is no email.

use telecrm_runtime::active_user;

fn main() {
    let _ = active_user!("Jane Doe");
}
