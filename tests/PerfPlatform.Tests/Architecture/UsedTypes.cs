using System.Collections.Immutable;
using System.Reflection.Metadata;
using Types = System.Collections.Generic.IEnumerable<System.Reflection.Metadata.TypeDefinitionHandle>;

namespace PerfPlatform.Tests.Architecture;

/// <summary>The types of the same assembly that a token or a signature names, those inside of generic ones too.</summary>
internal sealed class UsedTypes : ISignatureTypeProvider<Types, object?>
{
    /// <summary>What a token names: a type, or the type that a member belongs to, with generic arguments. What the member itself uses is its own type's.</summary>
    public Types Of(MetadataReader reader, EntityHandle entity)
    {
        if (entity.IsNil) return [];
        switch (entity.Kind)
        {
            case HandleKind.TypeDefinition:
                return [(TypeDefinitionHandle)entity];
            case HandleKind.TypeSpecification:
                return reader.GetTypeSpecification((TypeSpecificationHandle)entity).DecodeSignature(this, null);
            case HandleKind.FieldDefinition:
                return [reader.GetFieldDefinition((FieldDefinitionHandle)entity).GetDeclaringType()];
            case HandleKind.MethodDefinition:
                return [reader.GetMethodDefinition((MethodDefinitionHandle)entity).GetDeclaringType()];
            case HandleKind.MemberReference:
                return Of(reader, reader.GetMemberReference((MemberReferenceHandle)entity).Parent);
            case HandleKind.MethodSpecification:
                var specification = reader.GetMethodSpecification((MethodSpecificationHandle)entity);
                return specification.DecodeSignature(this, null).SelectMany(types => types).Concat(Of(reader, specification.Method));
            default:
                return [];
        }
    }

    public Types Of(MethodSignature<Types> signature) => signature.ParameterTypes.SelectMany(types => types).Concat(signature.ReturnType);

    public Types GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [handle];

    public Types GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [];

    public Types GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) => Of(reader, handle);

    public Types GetGenericInstantiation(Types genericType, ImmutableArray<Types> typeArguments) => genericType.Concat(typeArguments.SelectMany(types => types));

    public Types GetSZArrayType(Types elementType) => elementType;

    public Types GetArrayType(Types elementType, ArrayShape shape) => elementType;

    public Types GetByReferenceType(Types elementType) => elementType;

    public Types GetPointerType(Types elementType) => elementType;

    public Types GetPinnedType(Types elementType) => elementType;

    public Types GetModifiedType(Types modifier, Types unmodifiedType, bool isRequired) => modifier.Concat(unmodifiedType);

    public Types GetFunctionPointerType(MethodSignature<Types> signature) => Of(signature);

    public Types GetGenericMethodParameter(object? genericContext, int index) => [];

    public Types GetGenericTypeParameter(object? genericContext, int index) => [];

    public Types GetPrimitiveType(PrimitiveTypeCode typeCode) => [];
}
