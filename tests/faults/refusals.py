"""Rights that a scenario takes away from everybody, and gives back. The suite's broker has an authorizer for this."""

from collections.abc import Callable

from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

ACLS = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
}
"""A broker's settings."""
ANYONE = "User:ANONYMOUS"


def forbid(admin: AdminClient, topic: str, operation: AclOperation = AclOperation.WRITE) -> Callable[[], None]:
    """Nobody may write to the topic any more, or do what ``operation`` says; answers what takes that back."""

    def acl(operation: AclOperation, permission: AclPermissionType) -> AclBinding:
        return AclBinding(ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, ANYONE, "*", operation, permission)

    bindings = [
        acl(AclOperation.ALL, AclPermissionType.ALLOW),  # without it the one below would forbid all else, too
        acl(operation, AclPermissionType.DENY),
    ]
    for answer in admin.create_acls(bindings).values():
        answer.result(60)

    def allow() -> None:
        everything = AclBindingFilter(
            ResourceType.TOPIC,
            topic,
            ResourcePatternType.LITERAL,
            None,
            None,
            AclOperation.ANY,
            AclPermissionType.ANY,
        )
        for answer in admin.delete_acls([everything]).values():
            answer.result(60)

    return allow
