//! A schema, and bodies for it. One body in ten has a mistake.

use std::io::{self, Write};

pub const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// Content of a valid body, and the mistake that replaces it, in turn.
const MISTAKES: [(&str, &str); 5] = [
    (r#""deal_size":2"#, r#""deal_size":"2""#),
    (r#""email":"lead"#, r#""email":"lead "#),
    (r#""contact_source":"Website""#, r#""contact_source":"website""#),
    (r#""name":"#, r#""full_name":"#),
    (r#""type":"ACTION_1001""#, r#""type":"1001""#),
];

/// Writes this many bodies, one per line.
pub fn write(lines: u64, to: &mut impl Write) -> io::Result<()> {
    for n in 0..lines {
        let mut body = format!(
            "{{\"fields\":{{\"phone\":\"9198765{number:05}\",\"name\":\"Lead {n}\",\
             \"email\":\"lead{n}@example.com\",\"remark\":\"Called on Monday, prefers the evening batch\",\
             \"contact_source\":\"Website\",\"course\":\"JEE Advanced\",\
             \"interests\":[\"VIP\",\"Returning\"],\"deal_size\":2,\"budget\":\"150000.50\",\"rating\":4,\
             \"follow_up_date\":1767225600000,\"website\":\"https://school.example.com/a?b=c\",\
             \"counsellor\":\"ravi@example.com\",\"status\":\"Fresh\"}},\
             \"actions\":[{{\"type\":\"ACTION_1001\",\"fields\":{{\"note\":\"Came with her father\",\
             \"outcome\":\"Interested\"}}}}]}}",
            number = n % 100_000,
        );
        if n % 10 == 0 {
            let (good, bad) = MISTAKES[usize::try_from(n / 10 % 5).expect("below five")];
            body = body.replacen(good, bad, 1);
        }
        writeln!(to, "{body}")?;
    }
    Ok(())
}
