//! Text over the length limit of its field.

use telecrm_runtime::{BoundedText, literal};

fn main() {
    let _ = literal!(BoundedText<0, 5>, "too long");
}
