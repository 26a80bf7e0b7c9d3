//! A blank identifier.

use telecrm_runtime::{NonBlankText, literal, phone};

fn main() {
    let _ = literal!(NonBlankText, "  ");
    let _ = phone!("");
}
