//! Malformed URLs.

use telecrm_runtime::{media_link, website};

fn main() {
    let _ = website!("www.example.com");
    let _ = media_link!("https://files.example.com/a b.pdf");
}
