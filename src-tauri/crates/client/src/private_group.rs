//! Whether what a group may change is still in one user's hands.
//!
//! Debian, Ubuntu and Fedora give each user a group of the same name and create files that this
//! group can write to (umask 002).

use std::fs;

/// The name of a group, or its number where it has none.
#[must_use]
pub fn group_name(gid: u32) -> String {
    let groups = fs::read_to_string("/etc/group").unwrap_or_default();
    let group = groups.lines().find_map(|line| Group::parse(line, gid));
    group.map_or_else(|| gid.to_string(), |group| group.name.to_owned())
}

/// Whether a group is the private group of a user: of the same name, the user's own, and
/// nobody else's. Where that cannot be found out, it is not.
#[must_use]
pub fn is_private(gid: u32, uid: u32) -> bool {
    let read = |path| fs::read_to_string(path).ok();
    let files = read("/etc/passwd").zip(read("/etc/group"));
    files.is_some_and(|(users, groups)| is_private_in(&users, &groups, gid, uid))
}

struct Group<'t> {
    name: &'t str,
    members: &'t str,
}

impl<'t> Group<'t> {
    /// A line of group(5), if it is of this group.
    fn parse(line: &'t str, gid: u32) -> Option<Self> {
        let fields: Vec<_> = line.split(':').collect();
        let [name, _, number, members] = fields[..] else {
            return None;
        };
        (number.parse() == Ok(gid)).then_some(Self { name, members })
    }
}

fn is_private_in(users: &str, groups: &str, gid: u32, uid: u32) -> bool {
    // passwd(5): name, password, user, group.
    let users = users.lines().filter_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        let mut numbers = fields.skip(1).map(|field| field.parse::<u32>().ok());
        Some((name, numbers.next()??, numbers.next()??))
    });
    let users: Vec<_> = users.filter(|(_, _, group)| *group == gid).collect();
    let [(name, user, _)] = users[..] else {
        return false;
    };
    let groups: Vec<_> = groups
        .lines()
        .filter_map(|line| Group::parse(line, gid))
        .collect();
    let [group] = &groups[..] else { return false };
    let mut members = group.members.split(',').filter(|member| !member.is_empty());
    user == uid && group.name == name && members.all(|member| member == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const USERS: &str = "root:x:0:0::/root:/bin/sh\nana:x:1000:1000:Ana:/home/ana:/bin/sh\n\
        bob:x:1001:1001::/home/bob:/bin/sh\ncat:x:1002:100::/home/cat:/bin/sh\n\
        dan:x:1003:100::/home/dan:/bin/sh\neve:x:1004:1004::/:/bin/sh\n";
    const GROUPS: &str = "root:x:0:\nana:x:1000:\nbob:x:1001:bob,eve\nusers:x:100:\n\
        other:x:1004:\ndev:x:2000:ana\n";

    #[test]
    fn only_a_group_of_one_user_and_of_the_same_name_is_private() {
        for (gid, uid, expected) in [
            (1000, 1000, true),
            (0, 0, true),
            // Not the user's own.
            (1000, 1001, false),
            (2000, 1000, false),
            // Others are in it.
            (1001, 1001, false),
            (100, 1002, false),
            // Of another name, or not there at all.
            (1004, 1004, false),
            (3000, 1000, false),
        ] {
            assert_eq!(
                is_private_in(USERS, GROUPS, gid, uid),
                expected,
                "{gid} {uid}"
            );
        }
        assert!(!is_private_in("", "", 1000, 1000));
    }

    #[test]
    fn a_group_without_a_name_is_its_number() {
        assert_eq!(group_name(0), "root");
        assert_eq!(group_name(4_000_000_000), "4000000000");
    }
}
