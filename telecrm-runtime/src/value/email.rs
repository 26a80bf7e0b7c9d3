//! Email addresses of leads and of the workspace's team members.

use std::borrow::Cow;

use super::{Kind, Reason, checked_text, trimmed};

/// The value of an email field: `local@domain.tld`, a string on the wire (telecrm: Field Types).
///
/// An address has at most 254 ASCII characters and exactly one `@`:
///
/// - The part before the `@` has 1 to 64 letters, digits and ``.!#$%&'*+/=?^_{|}~-` ``. A dot is not
///   first, last or next to another dot.
/// - The part after the `@` has at least two labels, separated by dots. Each label has 1 to 63 letters,
///   digits and `-`. A `-` is not first or last.
///
/// ```
/// use telecrm_runtime::{Email, email};
///
/// let literal = email!("jane.doe@example.com");
/// let input = "jane.doe@example.com".parse::<Email>()?;
/// assert_eq!(literal, input);
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Email(Cow<'static, str>);

checked_text!([] Email, EMAIL, check_email, trimmed, "[`email!`](crate::email!)");

/// The value of an active-users field: the email address of a team member.
///
/// It is a string on the wire (telecrm: Field Types), with the same grammar as [`Email`]. Only telecrm
/// can check whether the address belongs to a member of the workspace's team.
///
/// ```
/// use telecrm_runtime::active_user;
///
/// assert_eq!(active_user!("asha@example.com").as_str(), "asha@example.com");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActiveUser(Cow<'static, str>);

checked_text!([] ActiveUser, ACTIVE_USER, check_email, trimmed, "[`active_user!`](crate::active_user!)");

const EMAIL: Kind = Kind {
    name: "email",
    noun: "email",
    id: "D03",
    hint: "write one address, such as \"jane.doe@example.com\"",
    example: "jane.doe@example.com",
};

const ACTIVE_USER: Kind = Kind {
    name: "active user",
    noun: "active user",
    id: "D12",
    hint: "write the team member's email address, such as \"asha@example.com\"",
    example: "asha@example.com",
};

const fn check_email(text: &str) -> Result<&str, Reason> {
    match check(text) {
        Ok(()) => Ok(text),
        Err(reason) => Err(reason),
    }
}

const fn check(text: &str) -> Result<(), Reason> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return Err(Reason::Empty);
    }
    let mut at = None;
    let mut index = 0;
    while index < bytes.len() {
        if bytes[index].is_ascii_whitespace() {
            return Err(Reason::Space);
        }
        if bytes[index] == b'@' {
            if at.is_some() {
                return Err(Reason::SeveralAts);
            }
            at = Some(index);
        }
        index += 1;
    }
    let Some(at) = at else {
        return Err(Reason::NoAt);
    };
    if let Err(reason) = check_local(bytes.split_at(at).0) {
        return Err(reason);
    }
    if let Err(reason) = check_domain(bytes.split_at(at + 1).1) {
        return Err(reason);
    }
    if bytes.len() > 254 {
        return Err(Reason::TooLong { max: 254 });
    }
    Ok(())
}

const fn check_local(local: &[u8]) -> Result<(), Reason> {
    let mut index = 0;
    while index < local.len() {
        match local[index] {
            b'.' => {
                let first = index == 0;
                let last = index + 1 == local.len();
                if first || last || local[index + 1] == b'.' {
                    return Err(Reason::LocalDots);
                }
            }
            byte if byte.is_ascii_alphanumeric() => {}
            b'!'
            | b'#'..=b'\''
            | b'*'
            | b'+'
            | b'-'
            | b'/'
            | b'='
            | b'?'
            | b'^'..=b'`'
            | b'{'..=b'~' => {}
            _ => return Err(Reason::LocalCharacter),
        }
        index += 1;
    }
    if local.is_empty() || local.len() > 64 {
        return Err(Reason::LocalLength);
    }
    Ok(())
}

const fn check_domain(domain: &[u8]) -> Result<(), Reason> {
    let mut labels = 1;
    let mut length = 0;
    let mut index = 0;
    while index < domain.len() {
        match domain[index] {
            b'.' => {
                if length == 0 || length > 63 {
                    return Err(Reason::DomainParts);
                }
                labels += 1;
                length = 0;
            }
            b'-' => {
                // A dot or the end of the domain follows the last character of a label.
                let last = index + 1 == domain.len() || domain[index + 1] == b'.';
                if length == 0 || last {
                    return Err(Reason::DomainCharacter);
                }
                length += 1;
            }
            byte if byte.is_ascii_alphanumeric() => length += 1,
            _ => return Err(Reason::DomainCharacter),
        }
        index += 1;
    }
    if length == 0 || length > 63 || labels < 2 {
        return Err(Reason::DomainParts);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_addresses_are_accepted() {
        for address in [
            "jane.doe@example.com",
            "a@b.co",
            "o'brien+crm@mail-1.example.co.in",
            "1!#$%&'*+/=?^_{|}~-`@9.9",
            "UPPER@EXAMPLE.COM",
        ] {
            assert_eq!(address.parse::<Email>().unwrap().as_str(), address);
            assert!(ActiveUser::try_from(address.to_owned()).is_ok());
        }
        let local = "x".repeat(64);
        let label = "y".repeat(63);
        assert!(Email::try_from(format!("{local}@{label}.com")).is_ok());
    }

    #[test]
    fn d03_malformed_email_is_an_error_with_the_broken_rule() {
        let long_local = format!("{}@example.com", "x".repeat(65));
        let long_label = format!("a@{}.com", "y".repeat(64));
        let label = "y".repeat(63);
        let long = format!("a@{label}.{label}.{label}.{label}");
        for (address, rule) in [
            ("", "it is empty"),
            ("jane doe@example.com", "it has a space"),
            ("jane@example.com\n", "it has a space"),
            ("jane.example.com", "it has no `@`"),
            ("jane@@example.com", "it has more than one `@`"),
            ("a@b@example.com", "it has more than one `@`"),
            ("jane(x)@example.com", "before the `@` it has a character"),
            ("jané@example.com", "before the `@` it has a character"),
            ("jane\"@example.com", "before the `@` it has a character"),
            ("jane,@example.com", "before the `@` it has a character"),
            ("jane\\@example.com", "before the `@` it has a character"),
            ("jane\u{7f}@example.com", "before the `@` it has a character"),
            ("@example.com", "before the `@` it has no characters or more than 64"),
            (&long_local, "before the `@` it has no characters or more than 64"),
            (".jane@example.com", "before the `@` a dot"),
            ("jane.@example.com", "before the `@` a dot"),
            ("ja..ne@example.com", "before the `@` a dot"),
            ("jane@exa_mple.com", "after the `@` it has a character"),
            ("jane@-example.com", "after the `@` it has a character"),
            ("jane@example-.com", "after the `@` it has a character"),
            ("jane@example.com-", "after the `@` it has a character"),
            ("jane@例.com", "after the `@` it has a character"),
            ("jane@example", "after the `@` it needs two"),
            ("jane@", "after the `@` it needs two"),
            ("jane@example..com", "after the `@` it needs two"),
            ("jane@.com", "after the `@` it needs two"),
            ("jane@example.com.", "after the `@` it needs two"),
            (&long_label, "after the `@` it needs two"),
            (
                &long,
                "it is too long; telecrm documents no limit; this library accepts at most 254 characters",
            ),
        ] {
            let error = address.parse::<Email>().expect_err(address);
            assert_eq!(error.kind(), "email");
            let start = format!("not a telecrm email: {rule}");
            assert!(error.to_string().starts_with(&start), "{address}: {error}");
        }
    }

    #[test]
    fn d12_active_user_that_is_not_an_email_is_an_error() {
        let error = "Asha".parse::<ActiveUser>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a telecrm active user: it has no `@`; write the team member's email address, such as \"asha@example.com\""
        );
        assert_eq!(error.kind(), "active user");
    }
}
