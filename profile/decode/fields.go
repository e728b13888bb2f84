package decode

// Field numbers of a profile and its parts, see profile.proto of google/pprof.
const (
	FieldSampleType  = 1
	FieldSample      = 2
	FieldMapping     = 3
	FieldLocation    = 4
	FieldFunction    = 5
	FieldStringTable = 6
	FieldDropFrames  = 7
	FieldKeepFrames  = 8
	FieldTimeNanos   = 9
	FieldDuration    = 10
	FieldPeriodType  = 11
	FieldPeriod      = 12
	FieldComment     = 13
	FieldDefaultType = 14
	FieldDocURL      = 15

	FieldTypeName = 1 // of a ValueType
	FieldTypeUnit = 2

	FieldRef   = 1 // of a Sample
	FieldValue = 2
	FieldLabel = 3

	FieldLabelKey  = 1 // of a Label
	FieldLabelText = 2
	FieldLabelNum  = 3
	FieldLabelUnit = 4

	FieldID = 1 // of a Mapping, Location or Function

	FieldFile    = 5 // of a Mapping
	FieldBuildID = 6

	FieldMappingID = 2 // of a Location
	FieldAddress   = 3
	FieldLine      = 4
	FieldFolded    = 5

	FieldFunctionID = 1 // of a Line
	FieldLineNumber = 2

	FieldName       = 2 // of a Function
	FieldSystemName = 3
	FieldFilename   = 4
	FieldStartLine  = 5
)
