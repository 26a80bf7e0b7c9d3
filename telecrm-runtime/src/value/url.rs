//! URLs: websites, and files that telecrm downloads.

use std::borrow::Cow;

use super::{Kind, Reason, checked_text, trimmed};

/// The value of a website field: a URL, which is a string on the wire (telecrm: Field Types).
///
/// A URL starts with `http://` or `https://` and has a host. It has at most 2,048 ASCII characters, without
/// spaces and control characters. Other characters must be percent-encoded.
///
/// ```
/// use telecrm_runtime::{Website, website};
///
/// assert_eq!(website!("https://example.com").as_str(), "https://example.com");
/// assert!("example.com".parse::<Website>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Website(Cow<'static, str>);

checked_text!([] Website, WEBSITE, check_url, trimmed, "[`website!`](crate::website!)");

/// The value of a media link field: the URL of a file that telecrm can download without a login.
///
/// It is a string on the wire (telecrm: Field Types), with the same grammar as [`Website`].
///
/// ```
/// use telecrm_runtime::media_link;
///
/// assert!(media_link!("https://example.com/marks.pdf").as_str().ends_with("pdf"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MediaLink(Cow<'static, str>);

checked_text!([] MediaLink, MEDIA_LINK, check_url, trimmed, "[`media_link!`](crate::media_link!)");

const WEBSITE: Kind = Kind {
    name: "website",
    noun: "website",
    id: "D11",
    hint: "write a complete URL, such as \"https://example.com\", with a space as %20",
    example: "https://example.com",
};

const MEDIA_LINK: Kind = Kind {
    name: "media link",
    noun: "media link",
    id: "D11",
    hint: "write a complete URL, such as \"https://example.com/marks.pdf\", with a space as %20",
    example: "https://example.com/marks.pdf",
};

const fn check_url(text: &str) -> Result<&str, Reason> {
    match check(text.as_bytes()) {
        Ok(()) => Ok(text),
        Err(reason) => Err(reason),
    }
}

const fn check(url: &[u8]) -> Result<(), Reason> {
    let mut index = 0;
    while index < url.len() {
        match url[index] {
            b' ' | b'\t' | b'\n' | b'\r' => return Err(Reason::Space),
            0x80.. => return Err(Reason::NotAscii),
            byte if byte.is_ascii_control() => return Err(Reason::ControlCharacter),
            _ => {}
        }
        index += 1;
    }
    let after_scheme = match url {
        [] => return Err(Reason::Empty),
        [b'h', b't', b't', b'p', b':', b'/', b'/', rest @ ..]
        | [b'h', b't', b't', b'p', b's', b':', b'/', b'/', rest @ ..] => rest,
        _ => return Err(Reason::NoScheme),
    };
    if !has_host(after_scheme) {
        return Err(Reason::NoHost);
    }
    if url.len() > 2048 {
        return Err(Reason::TooLong { max: 2048 });
    }
    Ok(())
}

/// Returns whether the authority has a host: text after a user name and before the port.
const fn has_host(after_scheme: &[u8]) -> bool {
    let mut host = false;
    let mut in_port = false;
    let mut index = 0;
    while index < after_scheme.len() {
        match after_scheme[index] {
            b'/' | b'?' | b'#' => break,
            // Parsers disagree about a backslash: in browsers it ends the host, elsewhere it does not.
            // They find different hosts in `http://shop\@example.com/`, and one or none in `http://a\@/`.
            b'\\' => return false,
            // The text before the `@` is a user name.
            b'@' => {
                host = false;
                in_port = false;
            }
            b':' => in_port = true,
            _ if !in_port => host = true,
            _ => {}
        }
        index += 1;
    }
    host
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complete_urls_are_accepted() {
        for url in [
            "http://a",
            "https://example.com/a%20b?x=1#y",
            "https://user:pass@example.com:8080/",
            "https://[::1]:80/",
        ] {
            assert_eq!(url.parse::<Website>().unwrap().as_str(), url);
            assert!(MediaLink::try_from(url).is_ok());
        }
        let longest = format!("https://example.com/{}", "x".repeat(2028));
        assert!(longest.parse::<Website>().is_ok());
    }

    #[test]
    fn d11_malformed_url_is_an_error() {
        let long = format!("https://example.com/{}", "x".repeat(2029));
        for (url, rule) in [
            ("", "it is empty"),
            ("example.com", "it starts with neither"),
            ("www.example.com", "it starts with neither"),
            ("ftp://example.com", "it starts with neither"),
            ("https:/example.com", "it starts with neither"),
            ("https://", "it has no host"),
            ("https:///path", "it has no host"),
            ("https://?q", "it has no host"),
            ("https://:80/", "it has no host"),
            ("https://user:pass@", "it has no host"),
            ("https://user@:80", "it has no host"),
            ("https://a\\@/", "it has no host"),
            ("https://shop\\@example.com/", "it has no host"),
            ("https://example.com/a b", "it has a space"),
            ("https://example.com\n", "it has a space"),
            ("https://example.com/\u{7}", "it has a control character"),
            ("https://example.com/\u{7f}", "it has a control character"),
            ("https://example.com/हिन्दी", "it has a character outside ASCII"),
            (
                &long,
                "it is too long; telecrm documents no limit; this library accepts at most 2048 characters",
            ),
        ] {
            for error in
                [url.parse::<Website>().expect_err(url), url.parse::<MediaLink>().expect_err(url)]
            {
                let start = format!("not a telecrm {}: {rule}", error.kind());
                assert!(error.to_string().starts_with(&start), "{url}: {error}");
            }
        }
    }
}
