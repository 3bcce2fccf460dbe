# weijian_library(NAME USES a b ...): the library of the current folder and its tests.
#
# Sources are the folder's *.cpp (sub-folders too); *_test.cpp make the program NAME_test,
# *_fuzz.cpp are fuzz targets (built where the compiler has libFuzzer); migrations/*.sql are
# embedded and found through `NAME_files()` (see embed.cmake).
include(GoogleTest)
include(embed)

function(weijian_library name)
    cmake_parse_arguments(ARG "" "" "USES;TEST_USES" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS *.cpp)
    set(tests ${sources})
    set(fuzzers ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "(_test|_fuzz)\\.cpp$")

    if(sources)
        add_library(${name} STATIC ${sources})
        target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
        target_link_libraries(${name} PUBLIC ${ARG_USES})
    else()
        add_library(${name} INTERFACE)
        target_include_directories(${name} INTERFACE ${CMAKE_SOURCE_DIR}/src)
        target_link_libraries(${name} INTERFACE ${ARG_USES})
    endif()
    file(GLOB embedded CONFIGURE_DEPENDS migrations/*.sql)
    if(embedded)
        weijian_embed(${name} ${name}_files ${embedded})
    endif()

    if(tests)
        add_executable(${name}_test ${tests})
        target_link_libraries(${name}_test PRIVATE ${name} ${ARG_TEST_USES} GTest::gmock GTest::gtest_main)
        target_compile_definitions(${name}_test PRIVATE WEIJIAN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
        add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1)
        set_tests_properties(${name} PROPERTIES TIMEOUT 600)
    endif()

    foreach(source IN LISTS fuzzers)
        get_filename_component(target ${source} NAME_WE)
        if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND WEIJIAN_FUZZ)
            add_executable(${target} ${source})
            target_link_libraries(${target} PRIVATE ${name})
            target_link_options(${target} PRIVATE -fsanitize=fuzzer)
            set_property(GLOBAL APPEND PROPERTY weijian_fuzzers ${target})
        endif()
    endforeach()
endfunction()
